import { CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, setKey, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import { fromLua } from './bridge.ts';
import { runLua, type LuaOptions } from './run-script.ts';
import { LuaTable, typeOf, type LuaValue } from './value.ts';

const HEALTH_CODES = ['Unknown', 'Progressing', 'Suspended', 'Healthy', 'Degraded', 'Missing'] as const;

/** What a health script says of an object. */
export interface ScriptedHealth {
  readonly status: (typeof HEALTH_CODES)[number];
  readonly message?: string;
}

/** A parameter of an action, as its discovery describes it. */
export interface ScriptedParameter {
  readonly name: string;
}

/** An action that a discovery script offers. */
export interface ScriptedAction {
  readonly name: string;
  readonly disabled?: boolean;
  readonly displayName?: string;
  readonly iconClass?: string;
  readonly params?: readonly ScriptedParameter[];
}

/** What an action wants done: patch the object to this state, or create another one. */
export interface ScriptedOperation {
  readonly operation: 'patch' | 'create';
  readonly resource: JsonObject;
}

/**
 * Judges an object by a health script. Undefined where the script gives nothing, an empty table, or nil.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE; Argo CD shows the message as
 *   health Unknown
 */
export function runHealthScript(
  script: string,
  object: JsonValue,
  options: LuaOptions = {},
): ScriptedHealth | undefined {
  const returned = runLua(script, object, options);
  if (returned === undefined) return undefined;
  const value = fromLua(requireTable(returned));
  if (Array.isArray(value)) return undefined;
  const [status, message] = [getKey(value as JsonObject, 'status'), getKey(value as JsonObject, 'message')];
  if (
    (status !== undefined && typeof status !== 'string') ||
    (message !== undefined && message !== null && typeof message !== 'string')
  ) {
    throw new CapstanError('EXPRESSION_FAILED', 'the Lua script gave a status or message that is no text');
  }
  const known = HEALTH_CODES.find((code) => code === status);
  if (known === undefined) return { status: 'Unknown', message: 'Lua returned an invalid health status' };
  return typeof message === 'string' && message !== '' ? { status: known, message } : { status: known };
}

/**
 * The actions that discovery scripts offer for an object, by name; where several scripts offer one, the first counts.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE
 */
export function runActionDiscovery(
  scripts: readonly string[],
  object: JsonValue,
  options: LuaOptions = {},
): readonly ScriptedAction[] {
  const actions = new Map<string, ScriptedAction>();
  for (const script of scripts) {
    const value = fromLua(requireTable(runLua(script, object, options)));
    if (Array.isArray(value)) {
      if (value.length === 0) continue;
      throw new CapstanError('EXPRESSION_FAILED', 'error unmarshaling action table: it is a list');
    }
    for (const [name, described] of Object.entries(value as JsonObject)) {
      if (!actions.has(name)) actions.set(name, actionOf(name, described));
    }
  }
  return [...actions.values()];
}

/**
 * Runs an action's script: what it wants patched or created. A script of the old kind gives the changed object itself.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE
 */
export function runActionScript(
  script: string,
  object: JsonObject,
  parameters: Readonly<Record<string, string>> = {},
  options: LuaOptions = {},
): readonly ScriptedOperation[] {
  const value = fromLua(requireTable(runLua(script, object, { ...options, parameters })));
  const operations = Array.isArray(value)
    ? (value as JsonArray).map(operationOf)
    : [{ operation: 'patch' as const, resource: value as JsonObject }];
  return operations.map((operation) =>
    operation.operation === 'patch' ? { ...operation, resource: cleanObject(operation.resource, object) } : operation,
  );
}

function requireTable(value: LuaValue): LuaTable {
  if (value instanceof LuaTable) return value;
  throw new CapstanError('EXPRESSION_FAILED', `expect table output from Lua script, not ${typeOf(value)}`);
}

function actionOf(name: string, described: JsonValue): ScriptedAction {
  if (Array.isArray(described)) return { name };
  if (!isJsonObject(described))
    throw new CapstanError('EXPRESSION_FAILED', `the action ${name} is described by no table`);
  const text = (key: string): string | undefined => {
    const value = getKey(described, key);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string')
      throw new CapstanError('EXPRESSION_FAILED', `the ${key} of action ${name} is no text`);
    return value;
  };
  const disabled = getKey(described, 'disabled');
  if (disabled !== undefined && typeof disabled !== 'boolean') {
    throw new CapstanError('EXPRESSION_FAILED', `whether action ${name} is disabled is no boolean`);
  }
  const params = paramsOf(name, getKey(described, 'params'));
  const [displayName, iconClass] = [text('displayName'), text('iconClass')];
  return {
    name: text('name') ?? name,
    ...(disabled === true ? { disabled } : {}),
    ...(displayName === undefined ? {} : { displayName }),
    ...(iconClass === undefined ? {} : { iconClass }),
    ...(params === undefined ? {} : { params }),
  };
}

function paramsOf(name: string, value: JsonValue | undefined): readonly ScriptedParameter[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new CapstanError('EXPRESSION_FAILED', `the params of action ${name} are no list`);
  return (value as JsonArray).map((item) => {
    if (!isJsonObject(item)) throw new CapstanError('EXPRESSION_FAILED', `a parameter of action ${name} is no table`);
    const found = getKey(item, 'name');
    return { name: typeof found === 'string' ? found : '' };
  });
}

function operationOf(value: JsonValue): ScriptedOperation {
  const operation = isJsonObject(value) ? getKey(value, 'operation') : undefined;
  const resource = isJsonObject(value) ? getKey(value, 'resource') : undefined;
  if (operation !== 'patch' && operation !== 'create') {
    const shown = typeof operation === 'string' ? `"${operation}"` : 'none';
    throw new CapstanError('EXPRESSION_FAILED', `unsupported operation: ${shown}`);
  }
  if (!isJsonObject(resource)) {
    throw new CapstanError('EXPRESSION_FAILED', `the ${operation} operation that the Lua script gave has no resource`);
  }
  return { operation, resource };
}

/**
 * Takes back what only Lua did to an object: an empty mapping that came back as a list is a mapping again, and a whole
 * number beyond 2⁵³ that came back rounded keeps its digits.
 */
function cleanObject(made: JsonObject, before: JsonObject): JsonObject {
  const cleaned: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(made)) {
    const old = getKey(before, key);
    setKey(cleaned, key, old === undefined ? value : cleanValue(value, old));
  }
  return cleaned;
}

function cleanValue(made: JsonValue, before: JsonValue): JsonValue {
  if (typeof made === 'number') return typeof before === 'bigint' && Number(before) === made ? before : made;
  if (Array.isArray(made)) {
    const list = made as JsonArray;
    if (isJsonObject(before)) return list.length === 0 ? {} : list;
    if (!Array.isArray(before)) return list;
    const old = before as JsonArray;
    return list.map((item, index) => {
      const earlier = old[index];
      // Only what nests is compared with its place: upstream leaves empty lists within lists as they are.
      const isSame =
        earlier !== undefined &&
        (isJsonObject(item) ? isJsonObject(earlier) : !Array.isArray(item) || Array.isArray(earlier));
      return isSame ? cleanValue(item, earlier) : item;
    });
  }
  return isJsonObject(made) && isJsonObject(before) ? cleanObject(made, before) : made;
}
