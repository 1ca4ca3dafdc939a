import type { TreeRules } from './decrypt-tree.ts';
import type { Store } from './formats/format.ts';
import { invalid } from './problem.ts';
import { branch, isKind, valueOf, type Branch, type Item, type SopsValue } from './sops-tree.ts';
import { unflatten } from './unflatten.ts';

/** A key for which a data key, or a part of it, was encrypted. `enc` is how it lies in the file. */
export type MasterKey =
  | { readonly type: 'age'; readonly recipient: string; readonly enc: string }
  | { readonly type: 'pgp'; readonly fingerprint: string; readonly enc: string }
  | {
      readonly type: 'hc_vault';
      readonly address: string;
      readonly enginePath: string;
      readonly keyName: string;
      readonly enc: string;
    }
  | {
      readonly type: 'kms';
      readonly arn: string;
      /** A role that is taken first. */
      readonly role: string;
      readonly context: Readonly<Record<string, string>>;
      readonly enc: string;
    }
  | {
      readonly type: 'azure_kv';
      readonly vaultUrl: string;
      readonly name: string;
      readonly version: string;
      readonly enc: string;
    }
  | { readonly type: 'gcp_kms' | 'hckms'; readonly name: string; readonly enc: string };

/** What a file says of its own encryption. */
export interface Metadata {
  readonly rules: TreeRules;
  /** Empty in a file that has none. */
  readonly mac: string;
  /** As it is authenticated with the MAC. */
  readonly lastModified: string;
  /** Each holds the data key, or one part of it, encrypted for each of its keys. */
  readonly groups: readonly (readonly MasterKey[])[];
  /** How many parts make the data key, where there are several groups. */
  readonly threshold: number;
}

const KEY = 'sops';
const PREFIX = 'sops_';
const MAX_KEYS = 1000;
const moment = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/** Parts a file into its content and its metadata. Throws DECRYPT_INVALID. */
export function extractMetadata(
  branches: readonly Branch[],
  layout: Store['metadata'],
): { readonly branches: readonly Branch[]; readonly metadata: Metadata } {
  const { content, found } = layout === 'flat' ? flat(branches) : nested(branches);
  if (found === undefined) throw invalid('sops metadata not found');
  const whole = layout === 'nested' ? found : unflatten(layout === 'flat' ? found : withLineBreaks(found));
  return { branches: content, metadata: metadataOf(whole) };
}

function nested(branches: readonly Branch[]) {
  const [first] = branches;
  const entries = first?.items.filter(({ key }) => key === KEY) ?? [];
  if (entries.length > 1) throw invalid(`Found duplicate ${KEY} entry`);
  const found = entries[0]?.value;
  if (found !== undefined && !isKind(found, 'branch')) throw invalid(`Found ${KEY} entry that is not a mapping`);
  return { content: branches.map((one) => branch(one.items.filter(({ key }) => key !== KEY))), found };
}

function flat([first, ...more]: readonly Branch[]) {
  const isOwn = ({ key }: Item): boolean => typeof key === 'string' && key.startsWith(PREFIX);
  const own = (first?.items ?? []).flatMap((item): readonly Item[] =>
    typeof item.key === 'string' && isOwn(item) ? [{ key: item.key.slice(PREFIX.length), value: item.value }] : [],
  );
  const content = first === undefined ? [] : [branch(first.items.filter((item) => !isOwn(item))), ...more];
  return { content, found: own.length === 0 ? undefined : branch(own) };
}

function withLineBreaks({ items }: Branch): Branch {
  return branch(
    items.map((item) =>
      typeof item.value === 'string' && typeof item.key === 'string'
        ? { key: item.key, value: item.value.replaceAll('\\n', '\n') }
        : item,
    ),
  );
}

function metadataOf(from: Branch): Metadata {
  const rules = {
    unencryptedSuffix: text(from, 'unencrypted_suffix'),
    encryptedSuffix: text(from, 'encrypted_suffix'),
    unencryptedRegex: text(from, 'unencrypted_regex'),
    encryptedRegex: text(from, 'encrypted_regex'),
    unencryptedCommentRegex: text(from, 'unencrypted_comment_regex'),
    encryptedCommentRegex: text(from, 'encrypted_comment_regex'),
  };
  const set = Object.values(rules).filter((rule) => rule !== '').length;
  if (set > 1)
    throw invalid(
      'Cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, encrypted_comment_regex, or unencrypted_comment_regex in the same file',
    );
  const lastModified = text(from, 'lastmodified');
  if (!moment.test(lastModified)) throw invalid('the metadata have no valid lastmodified');
  return {
    rules: {
      ...rules,
      ...(set === 0 ? { unencryptedSuffix: '_unencrypted' } : {}),
      macOnlyEncrypted: isTrue(valueOf(from, 'mac_only_encrypted')),
    },
    mac: text(from, 'mac'),
    lastModified: lastModified.replace(/\.[0-9]+/, '').replace(/[+-]00:00$/, 'Z'),
    groups: groupsOf(from),
    threshold: Number(text(from, 'shamir_threshold') || '0') || 0,
  };
}

function groupsOf(from: Branch): readonly (readonly MasterKey[])[] {
  const own = keysOf(from);
  const groups = own.length > 0 ? [own] : list(from, 'key_groups').map(keysOf);
  if (groups.length === 0) throw invalid('No keys found in file');
  if (groups.reduce((sum, group) => sum + group.length, 0) > MAX_KEYS) throw invalid('a file has too many keys');
  return groups;
}

function keysOf(group: Branch): readonly MasterKey[] {
  const enc = (key: Branch): string => text(key, 'enc');
  const named = (type: 'gcp_kms' | 'hckms', field: string): readonly MasterKey[] =>
    list(group, type).map((key) => ({ type, name: text(key, field), enc: enc(key) }));
  return [
    ...list(group, 'kms').map((key) => ({
      type: 'kms' as const,
      arn: text(key, 'arn'),
      role: text(key, 'role'),
      context: texts(key, 'context'),
      enc: enc(key),
    })),
    ...named('gcp_kms', 'resource_id'),
    ...named('hckms', 'key_id'),
    ...list(group, 'azure_kv').map((key) => ({
      type: 'azure_kv' as const,
      vaultUrl: text(key, 'vault_url'),
      name: text(key, 'name'),
      version: text(key, 'version'),
      enc: enc(key),
    })),
    ...list(group, 'hc_vault').map((key) => ({
      type: 'hc_vault' as const,
      address: text(key, 'vault_address'),
      enginePath: text(key, 'engine_path'),
      keyName: text(key, 'key_name'),
      enc: enc(key),
    })),
    ...list(group, 'pgp').map((key) => ({ type: 'pgp' as const, fingerprint: text(key, 'fp'), enc: enc(key) })),
    ...list(group, 'age').map((key) => ({ type: 'age' as const, recipient: text(key, 'recipient'), enc: enc(key) })),
  ];
}

/** A mapping of texts; empty where there is none. */
function texts(from: Branch, key: string): Readonly<Record<string, string>> {
  const value = valueOf(from, key);
  if (value === undefined || value === null) return {};
  if (!isKind(value, 'branch')) throw invalid(`the metadata's ${key} is no mapping`);
  const names = value.items.flatMap((item) => (typeof item.key === 'string' ? [item.key] : []));
  return Object.fromEntries(names.map((name) => [name, text(value, name)]));
}

function list(from: Branch, key: string): readonly Branch[] {
  const value = valueOf(from, key);
  if (value === undefined || value === null) return [];
  const members = isKind(value, 'list') ? value.items.filter((item) => !isKind(item, 'comment')) : [value];
  return members.map((member) => {
    if (!isKind(member, 'branch')) throw invalid(`the metadata's ${key} is no list of mappings`);
    return member;
  });
}

/** Metadata are read as mapstructure does: numbers and booleans stand for their texts. */
function text(from: Branch, key: string): string {
  const value = valueOf(from, key);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  if (value.kind === 'time') return value.text;
  throw invalid(`the metadata's ${key} is no text`);
}

function isTrue(value: SopsValue | undefined): boolean {
  return value === true || value === 'true' || value === 'True' || value === '1' || value === 1n;
}
