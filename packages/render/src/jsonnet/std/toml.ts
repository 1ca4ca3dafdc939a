import type { Machine } from '../machine.ts';
import { Output, quoteJson } from '../manifest.ts';
import { numberText } from '../numbers.ts';
import { runtimeProblem } from '../problem.ts';
import { ArrayValue, boundedText, FunctionValue, ObjectValue, typeOf, type Value } from '../values.ts';

type Path = readonly (string | number)[];

/** An object as TOML, as Jsonnet's library writes it. */
export function tomlText(machine: Machine, value: Value, indent: string): string {
  if (!(value instanceof ObjectValue)) throw runtimeProblem(`TOML body must be an object. Got ${typeOf(value)}`);
  const text = new TomlWriter(indent).table(value, [], [], '');
  machine.step(text.length);
  return boundedText(text);
}

class TomlWriter {
  readonly #indent: string;
  readonly #output = new Output();

  constructor(indent: string) {
    this.#indent = indent;
  }

  table(object: ObjectValue, path: readonly string[], at: Path, margin: string): string {
    return this.#output.nested(() => {
      const plain: string[] = [];
      const sections: string[] = [];
      for (const name of object.names({ hidden: false })) {
        const value = object.get(name) ?? null;
        const [inner, where] = [
          [...path, name],
          [...at, name],
        ] as const;
        if (value instanceof ObjectValue) sections.push(this.#section(value, inner, where, margin));
        else if (isTableArray(value)) sections.push(this.#sections(value, inner, where, margin));
        else plain.push(this.#put(`${margin}${keyText(name)} = `) + this.#value(value, where, false, margin));
      }
      return [plain.join('\n'), ...sections].join('\n\n');
    });
  }

  #section(object: ObjectValue, path: readonly string[], at: Path, margin: string): string {
    const head = this.#put(`${margin}[${path.map(keyText).join('.')}]`);
    return `${head}${breakAfter(object)}${this.table(object, path, at, margin + this.#indent)}`;
  }

  #sections(list: ArrayValue, path: readonly string[], at: Path, margin: string): string {
    return list.items
      .map((item, index) => {
        const object = item.get();
        if (!(object instanceof ObjectValue)) return '';
        const head = this.#put(`${margin}[[${path.map(keyText).join('.')}]]`);
        return `${head}${breakAfter(object)}${this.table(object, path, [...at, index], margin + this.#indent)}`;
      })
      .join('\n\n');
  }

  #value(value: Value, at: Path, inline: boolean, margin: string): string {
    if (typeof value === 'boolean') return this.#put(String(value));
    if (typeof value === 'number') return this.#put(numberText(value));
    if (typeof value === 'string') return this.#put(quoteJson(value));
    const where = JSON.stringify(at).replaceAll(',', ', ');
    if (value === null) throw runtimeProblem(`Tried to manifest "null" at ${where}`);
    if (value instanceof FunctionValue) throw runtimeProblem(`Tried to manifest function at ${where}`);
    return this.#output.nested(() => {
      if (value instanceof ObjectValue) {
        const fields = value
          .names({ hidden: false })
          .map(
            (name) => `${this.#put(keyText(name))} = ${this.#value(value.get(name) ?? null, [...at, name], true, '')}`,
          );
        return `{ ${fields.join(', ')} }`;
      }
      if (value.items.length === 0) return this.#put('[]');
      const inner = inline ? '' : margin + this.#indent;
      const separator = inline ? ' ' : '\n';
      const items = value.items.map((item, index) => inner + this.#value(item.get(), [...at, index], true, ''));
      return `[${separator}${items.join(`,${separator}`)}${separator}${inline ? '' : margin}]`;
    });
  }

  #put(text: string): string {
    this.#output.add(text.length);
    return text;
  }
}

function breakAfter(object: ObjectValue): string {
  return object.names({ hidden: false }).length === 0 ? '' : '\n';
}

function isTableArray(value: Value): value is ArrayValue {
  return (
    value instanceof ArrayValue &&
    value.items.length > 0 &&
    value.items.every((item) => item.get() instanceof ObjectValue)
  );
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoteJson(key);
}
