/** The page's style: light and dark, one column on a phone, a state never told by its colour alone. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --line: #d8dee4; --paper: #f6f8fa; --card: #fff;
  --good: #1a7f37; --busy: #0969da; --warn: #9a6700; --bad: #cf222e; --idle: #59636e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --line: #30363d; --paper: #0d1117;
  --card: #151b23; --good: #3fb950; --busy: #58a6ff; --warn: #d29922; --bad: #f85149; --idle: #9198a1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header { display: flex; align-items: baseline; gap: 16px; padding-top: 28px; padding-bottom: 12px; flex-wrap: wrap; }
h1 { font-size: 22px; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 13px; font-weight: 600; color: var(--dim); margin: 24px 0 8px; }
#total { color: var(--dim); }
#link { margin-left: auto; color: var(--dim); font-size: 13px; }
#link[data-up="no"] { color: var(--bad); }
ul { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card);
  overflow: hidden; }
li { display: grid; grid-template-columns: minmax(180px, 1.3fr) 150px 150px minmax(160px, 1fr); gap: 2px 16px;
  padding: 12px 16px; border-top: 1px solid var(--line); border-left: 3px solid var(--tone, var(--line)); }
li:first-child { border-top: 0; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.where, .from { color: var(--dim); font-size: 13px; overflow-wrap: anywhere; }
.from code { color: var(--ink); }
code { font: 12px ui-monospace, monospace; }
.state { color: var(--tone); white-space: nowrap; }
.state::before { content: attr(data-mark); display: inline-block; width: 1.4em; }
.note { grid-column: 1 / -1; color: var(--dim); font-size: 13px; overflow-wrap: anywhere; max-height: 6em;
  overflow: auto; }
.bad .note { color: var(--bad); }
.good { --tone: var(--good); } .busy { --tone: var(--busy); } .warn { --tone: var(--warn); } .bad { --tone: var(--bad); }
.idle { --tone: var(--idle); }
.none { padding: 16px; color: var(--dim); }
.tag { font-weight: 400; font-size: 12px; color: var(--dim); border: 1px solid var(--line); border-radius: 10px;
  padding: 0 8px; margin-left: 8px; }
footer { max-width: 1120px; margin: 24px auto; padding: 0 20px; color: var(--dim); font-size: 13px; }
@media (max-width: 720px) { li { grid-template-columns: 1fr 1fr; } .who, .from { grid-column: 1 / -1; } }
`;
