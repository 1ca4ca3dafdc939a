import { isCapstanError, messageOf } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import type { FileTree } from '@capstan/tree';
import type { ImportForm } from './ast.ts';
import { bindArguments, run } from './calls.ts';
import { compileProgram, type Context } from './compile.ts';
import { loadPrograms, type LoadedFile, type Programs } from './load.ts';
import { Machine } from './machine.ts';
import { toJson } from './manifest.ts';
import { limitProblem, runtimeProblem, type Place } from './problem.ts';
import { libraryOf, standardLibrary } from './std/index.ts';
import { arrayOf, FunctionValue, Lazy, type Layer, type Value } from './values.ts';

/** A value that is handed to a program: a text, or a program of its own. */
export type JsonnetVariable = {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean;
};

/** What a program is given. */
export interface JsonnetOptions {
  /** What `std.extVar` finds. */
  readonly extVars?: readonly JsonnetVariable[];
  /** Arguments of the function that the program is, if it is one. */
  readonly tlas?: readonly JsonnetVariable[];
  /** Folders that imports are looked for in, after the importing file's own; later ones first. */
  readonly libraries?: readonly string[];
  /** Files that may be imported. */
  readonly maxFiles: number;
  /** Calls and evaluations that the program may take; MAX_STEPS when absent. */
  readonly maxSteps?: number;
}

/**
 * Runs the Jsonnet program in a file of a tree, as go-jsonnet does, and gives what it puts out as data. Imports are read
 * from the tree alone. Throws RENDER_INVALID for a program that is wrong or fails, RENDER_LIMIT for one that asks for more
 * than it may have, RENDER_NOT_FOUND where the file is missing.
 */
export async function evaluateJsonnet(tree: FileTree, path: string, options: JsonnetOptions): Promise<JsonValue> {
  const programs = await loadPrograms(tree, path, options);
  try {
    return toJson(new Evaluation(programs, options).run());
  } catch (error) {
    // The program's own depth is counted; what nests without a call is caught here.
    if (error instanceof RangeError) throw limitProblem('max stack frames exceeded.');
    throw error;
  }
}

class Evaluation {
  readonly #machine: Machine;
  readonly #programs: Programs;
  readonly #options: JsonnetOptions;
  readonly #library: Layer;
  readonly #values = new Map<string, Lazy>();

  constructor(programs: Programs, options: JsonnetOptions) {
    this.#machine = new Machine(options.maxSteps);
    this.#programs = programs;
    this.#options = options;
    this.#library = standardLibrary(this.#machine, this.#variables(options.extVars ?? [], programs.extVars));
  }

  run(): Value {
    const value = this.#code(this.#programs.root).get();
    if (!(value instanceof FunctionValue)) return value;
    const tlas = [...this.#variables(this.#options.tlas ?? [], this.#programs.tlas)];
    const args = bindArguments(
      value,
      [],
      tlas.map(([name, argument]) => ({ name, value: argument })),
    );
    return run(this.#machine, value, args);
  }

  #variables(variables: readonly JsonnetVariable[], files: ReadonlyMap<string, LoadedFile>): Map<string, Lazy> {
    return new Map(
      variables.map(({ name, value }) => {
        const file = files.get(name);
        return [name, file === undefined ? Lazy.of(value) : Lazy.from(this.#machine, () => this.#code(file).get())];
      }),
    );
  }

  #code(file: LoadedFile): Lazy {
    const known = this.#values.get(file.source.name);
    if (known !== undefined) return known;
    if (file.program === undefined) throw file.problem ?? runtimeProblem('it has not been read');
    const context: Context = {
      machine: this.#machine,
      import: (form, path, place) => this.#import(file, form, path, place),
    };
    const std = libraryOf(this.#machine, this.#library, file.source.name);
    const value = compileProgram(context, file.program, { std });
    this.#values.set(file.source.name, value);
    return value;
  }

  #import(from: LoadedFile, form: ImportForm, path: string, place: Place): Value {
    const found = from.imports.get(path);
    if (found?.kind !== 'file') throw runtimeProblem(found?.message ?? `couldn't open import "${path}"`, place);
    if (form === 'bytes') return arrayOf([...found.bytes]);
    if (form === 'text') return new TextDecoder('utf-8', { ignoreBOM: true }).decode(found.bytes);
    const file = this.#programs.files.get(found.path);
    if (file === undefined) throw runtimeProblem(`couldn't open import "${path}"`, place);
    if (file.problem !== undefined) throw runtimeProblem(messageOf(file.problem), place);
    try {
      return this.#code(file).get();
    } catch (error) {
      // What is wrong with the text of another file is told as what is wrong here; what fails in it tells its own place.
      if (!isCapstanError(error, 'RENDER_INVALID') || error.message.startsWith('RUNTIME ERROR: ')) throw error;
      throw runtimeProblem(error.message, place);
    }
  }
}
