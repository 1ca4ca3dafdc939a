import { groups } from './groups.ts';
import type { Check } from './verdict.ts';

const ANY = '*';

interface Wildcard {
  /** What a group of the wildcard ends with. */
  readonly ending: string;
  readonly check: Check;
}

/** `group/Kind` of every check, wildcards as upstream's directories have them but with `*`. */
export const customCheckKeys: readonly string[] = groups.flatMap(({ group, kinds }) =>
  Object.keys(kinds).map((kind) => `${group}/${kind}`),
);

const exact = new Map<string, Check>();
const byGroup = new Map<string, Check>();
const wildcards: Wildcard[] = [];
for (const { group, kinds } of groups) {
  for (const [kind, check] of Object.entries(kinds)) {
    if (kind !== ANY) exact.set(`${group}/${kind}`, check);
    else if (group.startsWith(ANY)) wildcards.push({ ending: group.slice(ANY.length), check });
    else byGroup.set(group, check);
  }
}

/**
 * The check in force for a kind (util/lua GetHealthScript): its own; else that of its whole group; else the first
 * wildcard group, in the order of their names, that the group belongs to. The core group has none.
 */
export function customCheckOf(group: string, kind: string): Check | undefined {
  if (group === '') return undefined;
  return (
    exact.get(`${group}/${kind}`) ?? wildcards.find(({ ending }) => group.endsWith(ending))?.check ?? byGroup.get(group)
  );
}
