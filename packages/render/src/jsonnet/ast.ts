import type { Place } from './problem.ts';

/** An expression of Jsonnet, as it was written. */
export type Node = NodeBody & { readonly place: Place };

type NodeBody =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string; readonly isBlock?: boolean }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'self' | 'dollar' }
  | { readonly kind: 'super-index'; readonly index: Node }
  | { readonly kind: 'in-super'; readonly left: Node }
  | { readonly kind: 'array'; readonly elements: readonly Node[] }
  | { readonly kind: 'array-comprehension'; readonly body: Node; readonly clauses: readonly Clause[] }
  | { readonly kind: 'object'; readonly object: ObjectBody }
  | {
      readonly kind: 'object-comprehension';
      readonly field: Field;
      readonly locals: readonly Bind[];
      readonly clauses: readonly Clause[];
    }
  | { readonly kind: 'index'; readonly target: Node; readonly index: Node }
  | {
      readonly kind: 'slice';
      readonly target: Node;
      readonly from: Node | undefined;
      readonly to: Node | undefined;
      readonly step: Node | undefined;
    }
  | {
      readonly kind: 'apply';
      readonly target: Node;
      readonly positional: readonly Node[];
      readonly named: readonly { readonly name: string; readonly value: Node }[];
      readonly tailstrict: boolean;
    }
  /** `a { … }`: a sum, though it binds as tightly as a call. */
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Node }
  | { readonly kind: 'function'; readonly parameters: readonly Parameter[]; readonly body: Node }
  | { readonly kind: 'local'; readonly binds: readonly Bind[]; readonly body: Node }
  | {
      readonly kind: 'if';
      readonly condition: Node;
      readonly then: Node;
      readonly otherwise: Node | undefined;
    }
  | { readonly kind: 'assert'; readonly assertion: Assertion; readonly rest: Node }
  | { readonly kind: 'error'; readonly message: Node }
  | { readonly kind: 'import'; readonly form: ImportForm; readonly path: string };

/** What is made of an imported file: a program's value, its text, its bytes. */
export type ImportForm = 'code' | 'text' | 'bytes';

/** How a field shows: as whatever it replaces does, hidden, or shown in any case. */
export type Visibility = 'inherit' | 'hidden' | 'forced';

/** Operators with two sides. */
export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';

/** Operators with one side. */
export type UnaryOperator = '+' | '-' | '!' | '~';

/** A variable, or a function with `f(x) = …`. */
export interface Bind {
  readonly name: string;
  readonly value: Node;
  readonly place: Place;
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly fallback: Node | undefined;
}

/** A condition that must hold, and what is said where it does not. */
export interface Assertion {
  readonly condition: Node;
  readonly message: Node | undefined;
  readonly place: Place;
}

/** A field of an object. */
export interface Field {
  readonly name: Node;
  /** Whether the name is an expression, which sees what is outside of the object. */
  readonly isComputed: boolean;
  /** `+:`: added to what it replaces. */
  readonly adds: boolean;
  readonly visibility: Visibility;
  readonly value: Node;
}

/** The inside of an object. */
export interface ObjectBody {
  readonly fields: readonly Field[];
  readonly locals: readonly Bind[];
  readonly assertions: readonly Assertion[];
}

/** A part of a comprehension. */
export type Clause =
  | { readonly kind: 'for'; readonly name: string; readonly items: Node }
  | { readonly kind: 'if'; readonly condition: Node };

/** An import as it stands in a program. */
export interface ImportReference {
  readonly form: ImportForm;
  readonly path: string;
}

/** A program, and what it imports wherever in it. */
export interface Program {
  readonly root: Node;
  readonly imports: readonly ImportReference[];
}
