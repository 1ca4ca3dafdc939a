import { canonicalJson } from '@capstan/object';
import { fetchesStillHold, readsStillHold, type FetchRemote, type FileTree } from '@capstan/tree';
import type { Manifests } from './manifests.ts';
import type { RenderRequest } from './render-request.ts';

/** How much a `CachedRender` keeps. */
export interface CachedRenderOptions {
  /** Bytes of text of all results together; the least recently used go first. */
  readonly maxBytes?: number;
  /** Results kept for one request, for revisions that take turns. */
  readonly maxPerRequest?: number;
}

/** For whom a result is asked. */
export interface RenderScope {
  /** Keeps requests apart that must not share (tenants). */
  readonly scope?: string;
  /**
   * What may be got from elsewhere on their behalf: a kept result that did get something holds only where the same comes
   * through this, so that nobody is given what they could not have got themselves.
   */
  readonly fetch?: FetchRemote;
  /** Keeps renders that run apart from those of others, where not all may get the same from elsewhere. */
  readonly access?: string;
}

interface Kept {
  readonly manifests: Manifests;
  readonly bytes: number;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_PER_REQUEST = 4;
/** A result is its objects and its text: roughly this many bytes for each of the text. */
const BYTES_PER_LETTER = 6;

/**
 * Results of renders by what they read: a result is used again for every tree in which all of that is the same, failed
 * look-ups included. Everything is kept in memory only, so results that hold Secrets are never stored. What is being
 * rendered already for the same tree and request is shared.
 */
export class CachedRender {
  private readonly maxBytes: number;
  private readonly maxPerRequest: number;
  /** By request; the least recently used first. */
  private readonly kept = new Map<string, Kept[]>();
  private readonly running = new Map<string, Promise<Manifests>>();
  private bytes = 0;
  private rendered = 0;

  constructor(options: CachedRenderOptions = {}) {
    this.maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.maxPerRequest = options.maxPerRequest ?? DEFAULT_MAX_PER_REQUEST;
  }

  /** Renders that were really made, and what is kept. */
  get statistics(): { readonly renders: number; readonly bytes: number; readonly requests: number } {
    return { renders: this.rendered, bytes: this.bytes, requests: this.kept.size };
  }

  /**
   * The result for `request` on `tree`: a kept one if all that it read is the same in this tree, otherwise what `make`
   * gives. What `make` throws is thrown, and nothing kept.
   */
  async render(
    tree: FileTree,
    request: RenderRequest,
    make: () => Promise<Manifests>,
    { scope = '', fetch, access = '' }: RenderScope = {},
  ): Promise<Manifests> {
    const key = `${scope}\n${requestKey(request)}`;
    const found = await this.find(tree, key, fetch);
    if (found !== undefined) return found;
    const runningKey = `${tree.digest}\n${access}\n${key}`;
    const running = this.running.get(runningKey);
    if (running !== undefined) return running;
    const made = this.make(key, make).finally(() => this.running.delete(runningKey));
    this.running.set(runningKey, made);
    return made;
  }

  /**
   * Whether a kept result of `request` holds for this tree: nothing that it read is different there. One that got
   * something from elsewhere does not: that would have to be looked at.
   */
  async holds(tree: FileTree, request: RenderRequest, scope = ''): Promise<boolean> {
    return (await this.find(tree, `${scope}\n${requestKey(request)}`, undefined)) !== undefined;
  }

  /** Forgets everything. */
  clear(): void {
    this.kept.clear();
    this.bytes = 0;
  }

  private async find(tree: FileTree, key: string, fetch: FetchRemote | undefined): Promise<Manifests | undefined> {
    for (const kept of [...(this.kept.get(key) ?? [])].reverse()) {
      const { reads, remotes } = kept.manifests;
      if (!(await readsStillHold(reads, tree)) || !(await fetchesStillHold(remotes, fetch))) continue;
      const list = this.kept.get(key);
      if (list !== undefined) {
        this.kept.delete(key);
        this.kept.set(key, [...list.filter((other) => other !== kept), kept]);
      }
      return kept.manifests;
    }
    return undefined;
  }

  private async make(key: string, make: () => Promise<Manifests>): Promise<Manifests> {
    this.rendered++;
    const manifests = await make();
    const bytes = manifests.text.length * BYTES_PER_LETTER + Object.keys(manifests.reads.files).length * 200;
    if (bytes > this.maxBytes) return manifests;
    const list = [...(this.kept.get(key) ?? []), { manifests, bytes }];
    this.bytes += bytes;
    while (list.length > this.maxPerRequest) this.bytes -= list.shift()?.bytes ?? 0;
    this.kept.delete(key);
    this.kept.set(key, list);
    this.evict();
    return manifests;
  }

  private evict(): void {
    for (const [key, list] of this.kept) {
      if (this.bytes <= this.maxBytes) return;
      this.bytes -= list.shift()?.bytes ?? 0;
      if (list.length === 0) this.kept.delete(key);
    }
  }
}

const keys = new WeakMap<RenderRequest, string>();

/** One text a request, whatever the order of its fields. */
export function requestKey(request: RenderRequest): string {
  const known = keys.get(request);
  if (known !== undefined) return known;
  const key = keyOf(request);
  keys.set(request, key);
  return key;
}

function keyOf(request: RenderRequest): string {
  switch (request.engine) {
    case 'directory':
      return canonicalJson({ ...request, directory: { ...request.directory } });
    case 'kustomize':
      return canonicalJson({ ...request });
    case 'detect':
      return canonicalJson({ ...request, directory: { ...request.directory } });
    default:
      return request satisfies never;
  }
}
