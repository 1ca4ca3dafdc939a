import { CapstanError } from '@capstan/errors';
import { runActionDiscovery, runActionScript, type LuaWorld } from '@capstan/expressions';
import { discoverBuiltInActions, runBuiltInAction, type ActionOperation, type ResourceAction } from '@capstan/health';
import { gvkOf, type KubernetesObject } from '@capstan/object';
import type { KindCustomization } from '../settings/argo-settings.ts';
import { BadValue, field, list, mapping, text, truth, yamlValue } from '../settings/read-values.ts';

/** What actions may know of the world, and what operators say about kinds. */
export interface ActionContext {
  readonly customizations: readonly KindCustomization[];
  readonly now: Date;
  readonly random: () => number;
}

/** An operator's actions for a kind. */
interface CustomActions {
  readonly discovery: string;
  readonly definitions: readonly { readonly name: string; readonly script: string }[];
  readonly mergesBuiltIn: boolean;
}

/**
 * The actions of an object in its present state: those of an operator's discovery script, then the built-in ones, which an
 * operator's actions replace unless they say `mergeBuiltinActions`. Sorted by name. Source: argoproj/argo-cd
 * util/lua/lua.go GetResourceActionDiscovery.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE
 */
export function discoverActions(object: KubernetesObject, context: ActionContext): readonly ResourceAction[] {
  const custom = customActionsOf(object, context.customizations);
  const scripted = custom === undefined ? [] : runActionDiscovery([custom.discovery], object, worldOf(context));
  const builtIn = custom === undefined || custom.mergesBuiltIn ? discoverBuiltInActions(object) : [];
  const known = new Set(scripted.map(({ name }) => name));
  const all: readonly ResourceAction[] = [...scripted, ...builtIn.filter(({ name }) => !known.has(name))];
  return all.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * What an action wants done to an object: an operator's definition of that name, else the built-in action.
 * @throws CapstanError ACTION_FAILED when there is no such action, or it cannot be run with these parameters;
 *   EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE
 */
export function planAction(
  object: KubernetesObject,
  name: string,
  parameters: Readonly<Record<string, string>>,
  context: ActionContext,
): readonly ActionOperation[] {
  const definitions = customActionsOf(object, context.customizations)?.definitions ?? [];
  const custom = definitions.find((definition) => definition.name === name);
  if (custom !== undefined) return runActionScript(custom.script, object, parameters, worldOf(context));
  const operations = runBuiltInAction(object, name, { parameters, now: context.now });
  if (operations === undefined) throw new CapstanError('ACTION_FAILED', `a ${object.kind} has no action ${name}`);
  return operations;
}

function worldOf({ now, random }: ActionContext): LuaWorld {
  return { nowSeconds: now.getTime() / 1000, random };
}

/** Actions are looked up by the very kind: patterns do not count here, as upstream. */
function customActionsOf(
  object: KubernetesObject,
  customizations: readonly KindCustomization[],
): CustomActions | undefined {
  const { group, kind } = gvkOf(object);
  const written = customizations.find((entry) => entry.group === group && entry.kind === kind)?.actions ?? '';
  if (written === '') return undefined;
  try {
    const entry = mapping(yamlValue(written), 'actions');
    return {
      discovery: text(field(entry, 'discovery.lua'), 'discovery.lua'),
      mergesBuiltIn: truth(field(entry, 'mergeBuiltinActions'), 'mergeBuiltinActions'),
      definitions: list(field(entry, 'definitions'), 'definitions').map((item) => {
        const definition = mapping(item, 'definitions');
        return {
          name: text(field(definition, 'name'), 'name'),
          script: text(field(definition, 'action.lua'), 'action.lua'),
        };
      }),
    };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new CapstanError(
      'EXPRESSION_INVALID',
      `the actions of ${kind} in argocd-cm cannot be read: ${error.message}`,
    );
  }
}
