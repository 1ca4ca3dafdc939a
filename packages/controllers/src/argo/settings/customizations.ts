import type { JsonValue } from '@capstan/object';
import type { IgnoredFields, KindCustomization } from './argo-settings.ts';
import { BadValue, field, list, mapping, parseTruth, text, texts, truth, yamlValue } from './read-values.ts';

const WHOLE = 'resource.customizations';
const nothingIgnored: IgnoredFields = { jsonPointers: [], jqPathExpressions: [], managedFieldsManagers: [] };

/**
 * What argocd-cm says about kinds: `resource.customizations` as a whole, and over it the keys
 * `resource.customizations.PART.GROUP_KIND`, where `all` stands for every kind. A value that cannot be read is told by
 * `onBad`, with its key. Sorted by group and kind. Source: argoproj/argo-cd util/settings/settings.go.
 */
export function customizationsOf(
  data: Readonly<Record<string, string>>,
  onBad: (key: string, error: BadValue) => void,
): readonly KindCustomization[] {
  const found = new Map<string, KindCustomization>();
  const guarded = (key: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      onBad(key, error);
    }
  };
  guarded(WHOLE, () => {
    for (const [key, value] of Object.entries(mapping(yamlValue(data[WHOLE] ?? ''), WHOLE)))
      found.set(key, wholeEntry(key, value));
  });
  for (const key of Object.keys(data).sort()) {
    if (!key.startsWith(WHOLE)) continue;
    const [, , part, ...rest] = key.split('.');
    if (part === undefined || rest.length === 0) continue;
    guarded(key, () => {
      const name = overrideKey(rest.join('.'));
      const before = found.get(name) ?? empty(name);
      found.set(name, { ...before, ...splitEntry(part, data[key] ?? '') });
    });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, entry]) => entry);
}

function overrideKey(groupKind: string): string {
  if (groupKind === 'all') return '*/*';
  const parts = groupKind.split('_');
  if (parts.length > 2 || groupKind === '')
    throw new BadValue(
      `group kind should be in format 'resource.customizations.<type>.<group_kind>' or 'resource.customizations.<type>.<kind>', got group kind: '${groupKind}'`,
    );
  return parts.join('/');
}

function empty(name: string): KindCustomization {
  const parts = name.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) throw new BadValue(`override key must be <group>/<kind> or <kind>, got: '${name}'`);
  return {
    group: second === undefined ? '' : first,
    kind: second ?? first,
    useOpenLibs: false,
    knownTypeFields: [],
  };
}

function wholeEntry(name: string, value: JsonValue): KindCustomization {
  const entry = mapping(value, name);
  const healthScript = text(field(entry, 'health.lua'), `${name}: health.lua`);
  const actions = text(field(entry, 'actions'), `${name}: actions`);
  const differences = text(field(entry, 'ignoreDifferences'), `${name}: ignoreDifferences`);
  const updates = text(field(entry, 'ignoreResourceUpdates'), `${name}: ignoreResourceUpdates`);
  return {
    ...empty(name),
    useOpenLibs: truth(field(entry, 'health.lua.useOpenLibs'), `${name}: health.lua.useOpenLibs`),
    knownTypeFields: knownTypes(field(entry, 'knownTypeFields')),
    ...(healthScript === '' ? {} : { healthScript }),
    ...(actions === '' ? {} : { actions }),
    ...(differences === '' ? {} : { ignoreDifferences: ignoredFields(yamlValue(differences)) }),
    ...(updates === '' ? {} : { ignoreResourceUpdates: ignoredFields(yamlValue(updates)) }),
  };
}

function splitEntry(part: string, value: string): Partial<KindCustomization> {
  switch (part) {
    case 'health':
      return { healthScript: value };
    case 'useOpenLibs':
      return { useOpenLibs: parseTruth(value) };
    case 'actions':
      return { actions: value };
    case 'ignoreDifferences':
      return { ignoreDifferences: ignoredFields(yamlValue(value)) };
    case 'ignoreResourceUpdates':
      return { ignoreResourceUpdates: ignoredFields(yamlValue(value)) };
    case 'knownTypeFields':
      return { knownTypeFields: knownTypes(yamlValue(value)) };
    default:
      throw new BadValue(`resource customization type ${part} not supported`);
  }
}

function ignoredFields(value: JsonValue): IgnoredFields {
  if (value === null) return nothingIgnored;
  const entry = mapping(value, 'it');
  return {
    jsonPointers: texts(field(entry, 'jsonPointers'), 'jsonPointers'),
    jqPathExpressions: texts(field(entry, 'jqPathExpressions'), 'jqPathExpressions'),
    managedFieldsManagers: texts(field(entry, 'managedFieldsManagers'), 'managedFieldsManagers'),
  };
}

function knownTypes(value: JsonValue): KindCustomization['knownTypeFields'] {
  return list(value, 'knownTypeFields').map((item) => {
    const entry = mapping(item, 'knownTypeFields');
    return { field: text(field(entry, 'field'), 'field'), type: text(field(entry, 'type'), 'type') };
  });
}
