import { ApiStatusError } from '../registry/api-status-error.ts';
import type { Wish } from './attributes.ts';
import { allows } from './policy-rule.ts';
import type { RoleBook } from './role-book.ts';
import { mayDoEverything, type User } from './user.ts';

/** Whether somebody may, and what the real server gives as its reason. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

const UNCONDITIONAL: Decision = { allowed: true, reason: '' };

/** Decides by roles and bindings; members of `system:masters` are not asked about. */
export class Authorizer {
  readonly roles: RoleBook;

  constructor(roles: RoleBook) {
    this.roles = roles;
  }

  decide(user: User, wish: Wish): Decision {
    if (mayDoEverything(user)) return UNCONDITIONAL;
    const missing: string[] = [];
    for (const grant of this.roles.grantsTo(user, wish.isResource ? wish.namespace : '')) {
      if (grant.missing !== undefined) missing.push(grant.missing);
      if (grant.rules.some((rule) => allows(rule, wish))) {
        return { allowed: true, reason: `RBAC: allowed by ${grant.source()}` };
      }
    }
    return { allowed: false, reason: missing.length === 0 ? '' : `RBAC: ${listed(missing)}` };
  }

  /**
   * Refuses what a user may not do.
   * @throws ApiStatusError 403
   */
  require(user: User, wish: Wish): void {
    const { allowed, reason } = this.decide(user, wish);
    if (!allowed) throw denied(user, wish, reason);
  }
}

/** Several failures as Go's aggregate prints them. */
export function listed(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}

/** The refusal of a wish, word for word as kube-apiserver's. */
export function denied(user: User, wish: Wish, reason: string): ApiStatusError {
  const why = `${sanitized(wishText(user, wish))}${reason === '' ? '' : `: ${reason}`}`;
  if (!wish.isResource) return new ApiStatusError(403, 'Forbidden', `forbidden: ${why}`, {});
  const { group, resource, name } = wish;
  const shown = group === '' ? resource : `${resource}.${group}`;
  const what = `${shown}${name === '' ? '' : ` ${JSON.stringify(name)}`}`;
  return new ApiStatusError(403, 'Forbidden', `${what} is forbidden: ${why}`, { name, group, kind: resource });
}

function wishText(user: User, wish: Wish): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${wish.verb}`;
  if (!wish.isResource) return `${who} path ${JSON.stringify(wish.path)}`;
  const { group, namespace } = wish;
  const resource = wish.subresource === '' ? wish.resource : `${wish.resource}/${wish.subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`;
}

/** Nothing in a refusal shall look like HTML. */
function sanitized(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
