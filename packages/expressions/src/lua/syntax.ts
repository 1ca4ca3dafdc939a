/** An expression of Lua; `line` is where errors point to. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: undefined | boolean | number | string }
  | { readonly kind: 'varargs' }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression; readonly line: number }
  | { readonly kind: 'call'; readonly of: Expression; readonly args: readonly Expression[]; readonly line: number }
  | {
      readonly kind: 'method';
      readonly of: Expression;
      readonly name: string;
      readonly args: readonly Expression[];
      readonly line: number;
    }
  | { readonly kind: 'function'; readonly body: FunctionBody }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly line: number;
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly of: Expression; readonly line: number }
  | { readonly kind: 'table'; readonly fields: readonly TableField[]; readonly line: number }
  /** One value of what may give several. */
  | { readonly kind: 'single'; readonly of: Expression };

/** A field of a table constructor; without a key it takes the next place. */
export interface TableField {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

/** Parameters and statements of a function. */
export interface FunctionBody {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly isVariadic: boolean;
  readonly block: readonly Statement[];
}

/** A statement of Lua. */
export type Statement =
  | { readonly kind: 'local'; readonly names: readonly string[]; readonly values: readonly Expression[] }
  | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly values: readonly Expression[] }
  | { readonly kind: 'run'; readonly call: Expression }
  | { readonly kind: 'do'; readonly block: readonly Statement[] }
  | { readonly kind: 'while'; readonly test: Expression; readonly block: readonly Statement[] }
  | { readonly kind: 'repeat'; readonly block: readonly Statement[]; readonly until: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly block: readonly Statement[] }[];
      readonly otherwise: readonly Statement[] | undefined;
    }
  | {
      readonly kind: 'count';
      readonly name: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly step: Expression | undefined;
      readonly block: readonly Statement[];
      readonly line: number;
    }
  | {
      readonly kind: 'each';
      readonly names: readonly string[];
      readonly values: readonly Expression[];
      readonly block: readonly Statement[];
      readonly line: number;
    }
  | { readonly kind: 'localFunction'; readonly name: string; readonly body: FunctionBody }
  | { readonly kind: 'return'; readonly values: readonly Expression[] }
  | { readonly kind: 'break' }
  | { readonly kind: 'goto'; readonly label: string; readonly line: number }
  | { readonly kind: 'label'; readonly name: string };
