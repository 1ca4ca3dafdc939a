/**
 * The page's script: keeps the list as the stream tells it. Text from the cluster is set as text, never as markup, and
 * never as an address.
 */
export const script = `
'use strict';
const apps = new Map();
const tones = { Healthy: 'good', Progressing: 'busy', Suspended: 'idle', Missing: 'warn', Degraded: 'bad', Unknown: 'idle',
  Synced: 'good', OutOfSync: 'warn' };
const marks = { good: '\\u2714', busy: '\\u25d4', warn: '\\u25b2', bad: '\\u2716', idle: '\\u25cb' };
const rank = ['bad', 'warn', 'busy', 'idle', 'good'];
const element = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};
const tone = (state) => tones[state] || 'idle';
const worse = (a, b) => (rank.indexOf(a) < rank.indexOf(b) ? a : b);
const state = (text) => {
  const made = element('span', 'state ' + tone(text), text);
  made.dataset.mark = marks[tone(text)];
  return made;
};
const row = (app) => {
  const overall = app.blocked || app.reason.endsWith('Error') ? 'bad' : worse(tone(app.sync), tone(app.health));
  const made = element('li', overall);
  made.dataset.key = app.key;
  const who = element('div', 'who');
  const name = element('div', 'name', app.name);
  if (app.paused !== 'no') name.append(element('span', 'tag', app.paused));
  if (app.blocked) name.append(element('span', 'tag', 'blocked'));
  who.append(name, element('div', 'where', app.kind + ' in ' + app.namespace));
  const from = element('div', 'from');
  from.append(element('code', '', app.shortRevision || 'no revision yet'), element('div', '', [app.source, app.path].filter(Boolean).join('  ')));
  made.append(who, state(app.sync), state(app.health), from);
  const wanted = overall === 'good' ? '' : [app.reason, app.message].filter(Boolean).join(': ');
  if (wanted) made.append(element('div', 'note', wanted));
  return made;
};
const order = (a, b) => (a.namespace + ' ' + a.name < b.namespace + ' ' + b.name ? -1 : 1);
const fill = (id, role) => {
  const shown = [...apps.values()].filter((app) => app.role === role).sort(order);
  const list = document.getElementById(id);
  list.replaceChildren(...(shown.length ? shown.map(row) : [element('li', 'none', 'None yet.')]));
  return shown;
};
let due = false;
const draw = () => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    const shown = fill('apps', 'app');
    fill('sources', 'source');
    const settled = shown.filter((app) => app.sync === 'Synced' && app.health === 'Healthy').length;
    document.getElementById('total').textContent = shown.length + (shown.length === 1 ? ' app, ' : ' apps, ') + settled + ' synced and healthy';
  });
};
const link = (up, text) => {
  const at = document.getElementById('link');
  at.dataset.up = up ? 'yes' : 'no';
  at.textContent = text;
};
const stream = new EventSource('/api/stream');
stream.addEventListener('apps', (event) => {
  apps.clear();
  for (const app of JSON.parse(event.data)) apps.set(app.key, app);
  link(true, 'live');
  draw();
});
stream.addEventListener('app', (event) => {
  const app = JSON.parse(event.data);
  apps.set(app.key, app);
  draw();
});
stream.addEventListener('gone', (event) => {
  apps.delete(JSON.parse(event.data).key);
  draw();
});
stream.onerror = () => link(false, 'connection lost; trying again');
`;
