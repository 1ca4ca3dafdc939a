import { Output, quoteJson } from '../manifest.ts';
import { shortNumberText } from '../numbers.ts';
import { runtimeProblem } from '../problem.ts';
import { ArrayValue, FunctionValue, ObjectValue, type Value } from '../values.ts';

/** How `std.manifestYamlDoc` lays a document out. */
export interface YamlStyle {
  readonly indentArrays: boolean;
  readonly quoteKeys: boolean;
}

/** A value as one YAML document, as Jsonnet's library writes it. */
export function yamlText(value: Value, style: YamlStyle): string {
  return write(value, style, '', new Output());
}

function write(value: Value, style: YamlStyle, margin: string, output: Output): string {
  const put = (text: string): string => {
    output.add(text.length);
    return text;
  };
  if (value === null || typeof value === 'boolean') return put(String(value));
  if (typeof value === 'number') return put(shortNumberText(value));
  if (typeof value === 'string') return put(writeText(value, margin));
  if (value instanceof FunctionValue) throw runtimeProblem('Tried to manifest function');
  return output.nested(() => {
    if (value instanceof ArrayValue) {
      if (value.items.length === 0) return put('[]');
      return value.items
        .map((item) => {
          const entry = item.get();
          const isList = isFilled(entry) && entry instanceof ArrayValue;
          const inner = isFilled(entry) ? `${margin}  ` : margin;
          return `${put('-')}${put(isList ? `\n${inner}` : ' ')}${write(entry, style, inner, output)}`;
        })
        .join(`\n${margin}`);
    }
    value.checkAssertions();
    const names = value.names({ hidden: false });
    if (names.length === 0) return put('{}');
    return names
      .map((name) => {
        const entry = value.get(name) ?? null;
        const filled = isFilled(entry);
        const deeper = entry instanceof ObjectValue || style.indentArrays;
        const inner = filled && deeper ? `${margin}  ` : margin;
        const key = !style.quoteKeys && isBareKey(name) ? name : quoteJson(name);
        return `${put(`${key}:`)}${put(filled ? `\n${inner}` : ' ')}${write(entry, style, inner, output)}`;
      })
      .join(`\n${margin}`);
  });
}

function isFilled(value: Value): boolean {
  if (value instanceof ArrayValue) return value.items.length > 0;
  return value instanceof ObjectValue && value.names({ hidden: false }).length > 0;
}

function writeText(text: string, margin: string): string {
  if (text === '') return '""';
  if (!text.endsWith('\n')) return quoteJson(text);
  return ['|', ...text.split('\n').slice(0, -1)].join(`\n${margin}  `);
}

const reserved = new Set([
  'true',
  'false',
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
  '.nan',
  '-.inf',
  '+.inf',
  '.inf',
  'null',
  '-',
  '---',
  '',
]);

/** Whether a key needs no quotes: it is made of plain letters, and nothing else than a text can be seen in it. */
function isBareKey(key: string): boolean {
  if (!/^[a-zA-Z0-9_\-/.]*$/.test(key)) return false;
  const low = key.toLowerCase();
  if (reserved.has(low)) return false;
  const dashes = count(key, '-');
  if (/^[0-9-]*$/.test(key) && dashes === 2) return false;
  if (/^[0-9_-]*$/.test(low) && dashes < 2) return false;
  if (/^[0-9_b-]*$/.test(low) && key.length > 2 && startsAs(key, '0b')) return false;
  if (/^[0-9e._-]*$/.test(low) && count(key, '.') === 1 && dashes < 3 && count(low, 'e') < 2) return false;
  return !(/^[0-9a-fx_-]*$/.test(low) && dashes < 2 && key.length > 2 && startsAs(key, '0x'));
}

function startsAs(key: string, prefix: string): boolean {
  return key.startsWith(prefix) || key.startsWith(`-${prefix}`);
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}
