import { jsonText, quoteJson, toText } from '../manifest.ts';
import { shortNumberText } from '../numbers.ts';
import { MAX_OUTPUT } from '../limits.ts';
import { limitProblem, runtimeProblem } from '../problem.ts';
import { ArrayValue, boundedText, FunctionValue, ObjectValue, typeOf, type Value } from '../values.ts';
import type { Builtin, Call } from './builtin.ts';
import { tomlText } from './toml.ts';
import { yamlText } from './yaml.ts';

/** Functions that write values out as text. */
export const manifestBuiltins: Readonly<Record<string, Builtin>> = {
  manifestJson: ['value', (call) => json(call, '    ', '\n', ': ')],
  manifestJsonMinified: [
    'value',
    (call) =>
      jsonText(call.machine, call.value(0), {
        indent: '',
        newline: '',
        separator: ':',
        empty: { array: '[]', object: '{}' },
        number: shortNumberText,
      }),
  ],
  manifestJsonEx: [
    'value indent newline? key_val_sep?',
    (call) => json(call, call.text(1), call.has(2) ? call.text(2) : '\n', call.has(3) ? call.text(3) : ': '),
  ],
  manifestYamlDoc: [
    'value indent_array_in_object? quote_keys?',
    (call) => yamlText(call.value(0), { indentArrays: call.boolean(1, false), quoteKeys: call.boolean(2, true) }),
  ],
  manifestYamlStream: [
    'value indent_array_in_object? c_document_end? quote_keys?',
    (call) => {
      const style = { indentArrays: call.boolean(1, false), quoteKeys: call.boolean(3, true) };
      const documents = call.array(0).map((item) => yamlText(item.get(), style));
      return boundedText(`---\n${documents.join('\n---\n')}${call.boolean(2, true) ? '\n...\n' : '\n'}`);
    },
  ],
  manifestToml: ['value', (call) => tomlText(call.machine, call.value(0), '  ')],
  manifestTomlEx: ['value indent', (call) => tomlText(call.machine, call.value(0), call.text(1))],
  manifestIni: ['ini', ini],
  manifestPython: ['v', (call) => new Writer(call).python(call.value(0))],
  manifestPythonVars: [
    'conf',
    (call) => {
      const object = call.object(0);
      const writer = new Writer(call);
      const lines = object
        .names({ hidden: false })
        .map((name) => `${name} = ${writer.python(object.get(name) ?? null)}`);
      return boundedText([...lines, ''].join('\n'));
    },
  ],
  manifestXmlJsonml: [
    'value',
    (call) => {
      const value = call.value(0);
      if (!(value instanceof ArrayValue))
        throw runtimeProblem(`Expected a JSONML value (an array), got ${typeOf(value)}`);
      return new Writer(call).xml(value);
    },
  ],
};

function json(call: Call, indent: string, newline: string, separator: string): string {
  const empty = (open: string, close: string): string => `${open}${newline}${newline}`.concat(close);
  return jsonText(call.machine, call.value(0), {
    indent,
    newline,
    separator,
    empty: { array: empty('[', ']'), object: empty('{', '}') },
    number: shortNumberText,
  });
}

function ini(call: Call): Value {
  const root = call.object(0);
  const body = (value: Value): readonly string[] => {
    if (!(value instanceof ObjectValue)) throw runtimeProblem(`Unexpected type ${typeOf(value)}, expected object`);
    return value.names({ hidden: false }).flatMap((name) => {
      const entry = value.get(name) ?? null;
      const entries = entry instanceof ArrayValue ? entry.items.map((item) => item.get()) : [entry];
      return entries.map((item) => `${name} = ${toText(call.machine, item)}`);
    });
  };
  const main = root.shows('main') ? body(root.get('main') ?? null) : [];
  const sections = root.get('sections');
  if (!(sections instanceof ObjectValue)) throw runtimeProblem('Field does not exist: sections');
  const lines = sections.names({ hidden: false }).flatMap((name) => [`[${name}]`, ...body(sections.get(name) ?? null)]);
  return boundedText([...main, ...lines, ''].join('\n'));
}

/** Writes nested values, within a limit. */
class Writer {
  readonly #call: Call;
  #size = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  python(value: Value): string {
    if (value === null) return this.#count('None');
    if (typeof value === 'boolean') return this.#count(value ? 'True' : 'False');
    if (typeof value === 'string') return this.#count(quoteJson(value));
    if (typeof value === 'number') return this.#count(toText(this.#call.machine, value));
    if (value instanceof FunctionValue) throw runtimeProblem('cannot manifest function');
    return this.#nested(() => {
      if (value instanceof ArrayValue) return `[${value.items.map((item) => this.python(item.get())).join(', ')}]`;
      const fields = value
        .names({ hidden: false })
        .map((name) => `${quoteJson(name)}: ${this.python(value.get(name) ?? null)}`);
      return `{${fields.join(', ')}}`;
    });
  }

  xml(value: Value): string {
    if (typeof value === 'string') return this.#count(value);
    if (!(value instanceof ArrayValue)) throw runtimeProblem(`Unexpected type ${typeOf(value)}, expected array`);
    return this.#nested(() => {
      const [tag, ...rest] = value.items.map((item) => item.get());
      const attributes = rest[0] instanceof ObjectValue ? rest[0] : undefined;
      const children = attributes === undefined ? rest : rest.slice(1);
      const name = typeof tag === 'string' ? tag : toText(this.#call.machine, tag ?? null);
      const written = (attributes?.names({ hidden: false }) ?? []).map(
        (key) => ` ${key}="${toText(this.#call.machine, attributes?.get(key) ?? null)}"`,
      );
      const inner = children.map((child) => this.xml(child)).join('');
      return this.#count(`<${name}${written.join('')}>`) + inner + this.#count(`</${name}>`);
    });
  }

  #nested(write: () => string): string {
    this.#call.machine.enter();
    const text = write();
    this.#call.machine.leave();
    return text;
  }

  #count(text: string): string {
    this.#size += text.length + 1;
    if (this.#size > MAX_OUTPUT) throw limitProblem(`the output is larger than ${MAX_OUTPUT} bytes`);
    return text;
  }
}
