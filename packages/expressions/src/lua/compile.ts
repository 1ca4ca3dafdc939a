import { compileExpression, compileList, type Evaluate } from './compile-expression.ts';
import { failAt } from './lexer.ts';
import type { Machine } from './machine.ts';
import { Names, type Frame } from './names.ts';
import type { Expression, FunctionBody, Statement } from './syntax.ts';
import { isTrue, LuaFunction, LuaTable, type LuaValue, type LuaValues } from './value.ts';

/** How a statement ended, when it did not simply end. */
type Signal =
  | { readonly kind: 'break' }
  | { readonly kind: 'return'; readonly values: LuaValues }
  | { readonly kind: 'goto'; readonly label: string };

type Execute = (frame: Frame) => Signal | undefined;

const BREAK: Signal = { kind: 'break' };

/** A script as a function that runs it on a machine. */
export type CompiledScript = (machine: Machine) => LuaValues;

/** Compiles a script that was read. @throws CapstanError EXPRESSION_INVALID for a `goto` or `break` that leads nowhere */
export function compileLua(body: FunctionBody): CompiledScript {
  checkJumps(body.block, [], false);
  return (machine) => {
    const make = compileFunction(body, new Names(undefined), machine);
    return machine.call(make({ values: [], up: undefined, varargs: [] }), []);
  };
}

/** A function as what makes its value in a frame. */
export function compileFunction(body: FunctionBody, outer: Names, machine: Machine): (frame: Frame) => LuaFunction {
  const names = new Names(outer);
  for (const parameter of body.parameters) names.declare(parameter);
  const block = compileBlock(body.block, names, machine);
  const count = body.parameters.length;
  return (frame) =>
    new LuaFunction(body.name, (args) => {
      const values = args.slice(0, count);
      const signal = block({ values, up: frame, varargs: body.isVariadic ? args.slice(count) : [] });
      return signal?.kind === 'return' ? signal.values : [];
    });
}

/** Statements in the names that are given: whoever calls makes the frame. */
function compileBlock(statements: readonly Statement[], names: Names, machine: Machine): Execute {
  const labels = new Map<string, number>();
  const steps: Execute[] = [];
  for (const statement of statements) {
    if (statement.kind === 'label') labels.set(statement.name, steps.length);
    else steps.push(compileStatement(statement, names, machine));
  }
  return (frame) => {
    for (let at = 0; at < steps.length; at++) {
      machine.step();
      const signal = steps[at]?.(frame);
      if (signal === undefined) continue;
      const target = signal.kind === 'goto' ? labels.get(signal.label) : undefined;
      if (target === undefined) return signal;
      at = target - 1;
    }
    return undefined;
  };
}

/** A block with names and a frame of its own. */
function compileInner(statements: readonly Statement[], outer: Names, machine: Machine): Execute {
  const names = new Names(outer);
  const block = compileBlock(statements, names, machine);
  return (frame) => block({ values: [], up: frame, varargs: frame.varargs });
}

function compileStatement(statement: Statement, names: Names, machine: Machine): Execute {
  switch (statement.kind) {
    case 'local': {
      const values = compileList(statement.values, names, machine);
      const places = statement.names.map((name) => names.declare(name));
      return (frame) => {
        const made = values(frame);
        for (const [index, place] of places.entries()) frame.values[place] = made[index];
        return undefined;
      };
    }
    case 'assign':
      return compileAssign(statement, names, machine);
    case 'run': {
      const call = compileList([statement.call], names, machine);
      return (frame) => {
        call(frame);
        return undefined;
      };
    }
    case 'do':
      return compileInner(statement.block, names, machine);
    case 'while': {
      const test = compileExpression(statement.test, names, machine);
      const block = compileInner(statement.block, names, machine);
      return (frame) => loop(machine, () => (isTrue(test(frame)) ? block(frame) : BREAK));
    }
    case 'repeat':
      return compileRepeat(statement, names, machine);
    case 'if':
      return compileIf(statement, names, machine);
    case 'count':
      return compileCount(statement, names, machine);
    case 'each':
      return compileEach(statement, names, machine);
    case 'localFunction': {
      const place = names.declare(statement.name);
      const make = compileFunction(statement.body, names, machine);
      return (frame) => {
        frame.values[place] = make(frame);
        return undefined;
      };
    }
    case 'return': {
      const values = compileList(statement.values, names, machine);
      return (frame) => ({ kind: 'return', values: values(frame) });
    }
    case 'break':
      return () => BREAK;
    case 'goto': {
      const signal: Signal = { kind: 'goto', label: statement.label };
      return () => signal;
    }
    case 'label':
      return () => undefined;
    default:
      return statement satisfies never;
  }
}

/** Turns until something other than the end of a turn happens; a break ends just this. */
function loop(machine: Machine, turn: () => Signal | undefined): Signal | undefined {
  for (;;) {
    machine.step();
    const signal = turn();
    if (signal !== undefined) return signal.kind === 'break' ? undefined : signal;
  }
}

function compileRepeat(statement: Extract<Statement, { kind: 'repeat' }>, outer: Names, machine: Machine): Execute {
  const names = new Names(outer);
  const block = compileBlock(statement.block, names, machine);
  // The condition sees the block's names.
  const until = compileExpression(statement.until, names, machine);
  return (frame) =>
    loop(machine, () => {
      const inner: Frame = { values: [], up: frame, varargs: frame.varargs };
      return block(inner) ?? (isTrue(until(inner)) ? BREAK : undefined);
    });
}

function compileIf(statement: Extract<Statement, { kind: 'if' }>, names: Names, machine: Machine): Execute {
  const branches = statement.branches.map(({ test, block }) => ({
    test: compileExpression(test, names, machine),
    block: compileInner(block, names, machine),
  }));
  const otherwise = statement.otherwise === undefined ? undefined : compileInner(statement.otherwise, names, machine);
  return (frame) => {
    for (const { test, block } of branches) if (isTrue(test(frame))) return block(frame);
    return otherwise?.(frame);
  };
}

function compileCount(statement: Extract<Statement, { kind: 'count' }>, outer: Names, machine: Machine): Execute {
  const bounds = [statement.from, statement.to, statement.step ?? ({ kind: 'constant', value: 1 } as const)].map(
    (bound) => compileExpression(bound, outer, machine),
  );
  const names = new Names(outer);
  names.declare(statement.name);
  const block = compileBlock(statement.block, names, machine);
  return (frame) => {
    const [from, to, step] = bounds.map((bound, index) => {
      const value = bound(frame);
      machine.line = statement.line;
      return typeof value === 'number'
        ? value
        : machine.fail(`for statement ${['init', 'limit', 'step'][index] ?? ''} must be a number`);
    });
    if (from === undefined || to === undefined || step === undefined) return undefined;
    let at = from;
    return loop(machine, () => {
      if (step >= 0 ? at > to : at < to) return BREAK;
      const signal = block({ values: [at], up: frame, varargs: frame.varargs });
      at += step;
      return signal;
    });
  };
}

function compileEach(statement: Extract<Statement, { kind: 'each' }>, outer: Names, machine: Machine): Execute {
  const values = compileList(statement.values, outer, machine);
  const names = new Names(outer);
  for (const name of statement.names) names.declare(name);
  const block = compileBlock(statement.block, names, machine);
  return (frame) => {
    const [next, state, start] = values(frame);
    let control = start;
    return loop(machine, () => {
      machine.line = statement.line;
      const made = machine.call(next, [state, control]);
      control = made[0];
      if (control === undefined) return BREAK;
      return block({ values: made.slice(0, statement.names.length), up: frame, varargs: frame.varargs });
    });
  };
}

function compileAssign(statement: Extract<Statement, { kind: 'assign' }>, names: Names, machine: Machine): Execute {
  const values = compileList(statement.values, names, machine);
  const targets = statement.targets.map((target) => compileTarget(target, names, machine));
  return (frame) => {
    const writes = targets.map((target) => target(frame));
    const made = values(frame);
    for (const [index, write] of writes.entries()) write(made[index]);
    return undefined;
  };
}

/** What is left of `=`: its parts are evaluated first, then it is written to. */
function compileTarget(
  target: Expression,
  names: Names,
  machine: Machine,
): (frame: Frame) => (value: LuaValue) => void {
  if (target.kind === 'name') {
    const found = names.find(target.name);
    if (found === undefined) return () => (value) => machine.rawSet(machine.globals, target.name, value);
    return (frame) => (value) => {
      Names.frameOf(frame, found.distance).values[found.place] = value;
    };
  }
  if (target.kind !== 'index') return () => () => undefined;
  const of: Evaluate = compileExpression(target.of, names, machine);
  const key: Evaluate = compileExpression(target.key, names, machine);
  return (frame) => {
    const [table, at] = [of(frame), key(frame)];
    return (value) => {
      machine.line = target.line;
      if (table instanceof LuaTable && table.metatable === undefined) machine.rawSet(table, at, value);
      else machine.setIndex(table, at, value);
    };
  };
}

/** Every `goto` must find its label in a block around it, and every `break` a loop, within its function. */
function checkJumps(block: readonly Statement[], labels: readonly string[], inLoop: boolean): void {
  const known = [...labels, ...block.flatMap((statement) => (statement.kind === 'label' ? [statement.name] : []))];
  for (const statement of block) {
    switch (statement.kind) {
      case 'goto':
        if (!known.includes(statement.label))
          failAt(statement.line, `no label "${statement.label}" can be reached from here`);
        break;
      case 'break':
        if (!inLoop) failAt(0, 'a break stands outside of any loop');
        break;
      case 'do':
        checkJumps(statement.block, known, inLoop);
        break;
      case 'while':
      case 'repeat':
      case 'count':
      case 'each':
        checkJumps(statement.block, known, true);
        break;
      case 'if':
        for (const { block: inner } of statement.branches) checkJumps(inner, known, inLoop);
        if (statement.otherwise !== undefined) checkJumps(statement.otherwise, known, inLoop);
        break;
      case 'localFunction':
        checkJumps(statement.body.block, [], false);
        break;
      case 'local':
      case 'assign':
      case 'run':
      case 'return':
      case 'label':
        break;
      default:
        statement satisfies never;
    }
  }
}
