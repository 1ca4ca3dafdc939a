import { firstDuplicate, implicitTag, isBareScalar, nodeValue, type YamlNode } from '@capstan/yaml';
import { noteFlow, noteItem, noteScalar, type ScalarStyle } from './scalar-notes.ts';
import { noteBadKey, noteNonFinite, TWICE } from './unprintable.ts';
import { field, isMapping, noteField, scalarText, setField, thaw, type Mapping, type Value } from './value.ts';

/**
 * Takes over from a document's tree what its value does not hold: which nulls were written as nothing, how scalars were
 * written whose values are printed otherwise, and which keys are no texts. Tells whether anything in it reads otherwise
 * once it is printed, see `readAgain`.
 */
export function takeWritten(document: YamlNode, object: Mapping): boolean {
  const root = document.kind === 'document' ? document.content[0] : document;
  if (root === undefined) return false;
  const taking = new Taking();
  taking.below(root, object, { inFlow: root.flow, aliased: false, isRoot: true });
  return taking.readsOtherwise;
}

/** Where in the tree a node stands. */
interface Where {
  readonly inFlow: boolean;
  /** Whether it stands there through an alias: the rest is noted where it is written. */
  readonly aliased: boolean;
  readonly isRoot: boolean;
}

class Taking {
  readsOtherwise = false;

  below(node: YamlNode, value: Value | undefined, where: Where): void {
    if (node.kind === 'sequence' && Array.isArray(value)) {
      const inner = { ...where, inFlow: where.inFlow || node.flow, isRoot: false };
      if (inner.inFlow) noteFlow(value);
      node.content.forEach((item, index) => {
        this.item(item, value, index, inner);
      });
    } else if (node.kind === 'mapping' && isMapping(value)) {
      const inner = { ...where, inFlow: where.inFlow || node.flow };
      if (inner.inFlow) noteFlow(value);
      const pairs = node.content.length / 2;
      if (pairs > Object.keys(value).length || node.content.some(isMerge)) this.double(value, node, inner);
      // Of a key that stands twice the first counts.
      const firsts = pairs > Object.keys(value).length ? firstOfEach(node) : undefined;
      for (let at = node.content.length - 2; at >= 0; at -= 2)
        if (firsts?.has(at) !== false) this.entry(value, node.content[at], node.content[at + 1], inner);
    } else if (typeof value === 'number') noteNonFinite(value);
  }

  private item(node: YamlNode, list: Value[], index: number, where: Where): void {
    const held = list[index];
    const { item, at } = resolved(node, where);
    if (item.kind !== 'scalar') this.below(item, held, at);
    else if (typeof held === 'number') noteNonFinite(held);
    else if (typeof held === 'string') {
      if (item.style === 'folded' && !at.inFlow) {
        noteItem(list, held, 'folded');
        this.readsOtherwise = true;
      } else if (item.tag !== '!!str') noteItem(list, held, 'no text');
      else if (item.style === 'single' || item.style === 'double') noteItem(list, held, item.style);
    }
  }

  private entry(mapping: Mapping, keyNode: YamlNode | undefined, node: YamlNode | undefined, where: Where): void {
    if (keyNode === undefined || node === undefined) return;
    if (isMerge(keyNode)) {
      this.merged(mapping, node, where);
      return;
    }
    const key = keyNode.value;
    if (!where.isRoot && keyNode.tag !== '!!str' && !isBareScalar(keyNode)) {
      noteBadKey(mapping, key, `keys must be strings, but ${keyNode.tag} "${key}" is none; quote it`);
    }
    const held = field(mapping, key);
    const { item, at } = resolved(node, { ...where, isRoot: false });
    if (item.kind !== 'scalar') this.below(item, held, at);
    else if (held === undefined || (typeof held === 'object' && held !== null)) return;
    else if (at.aliased) this.text(mapping, key, held, item, at);
    else if (held !== null || item.value !== '') this.text(mapping, key, held, item, at);
    else this.empty(mapping, key, item, at);
  }

  private double(mapping: Mapping, node: YamlNode, where: Where): void {
    const found = firstDuplicate(node);
    if (found === undefined) return;
    const { key, before } = found;
    // Made when it is asked for: of what stands twice on many levels each holds all below.
    const next = () => {
      const second = valueOf(node, key);
      const made: Mapping = {};
      if (second === undefined) return made;
      setField(made, key.value, thaw(nodeValue(second, { rules: 'v3', nonFinite: 'kept' })));
      this.entry(made, key, second, where);
      return made;
    };
    noteBadKey(mapping, key.value, `${TWICE} "${key.value}" already defined at line ${before.line}`, next);
  }

  /** What a merge key brings is held by the mapping itself. */
  private merged(mapping: Mapping, node: YamlNode, where: Where): void {
    const sources = node.kind === 'sequence' ? node.content : [node];
    for (const source of sources) {
      const { item, at } = resolved(source, where);
      this.below(item, mapping, { ...at, aliased: true });
    }
  }

  /** A null that was written as nothing: within brackets it is printed as an empty text, unless a tag says what it is. */
  private empty(mapping: Mapping, key: string, item: YamlNode, { inFlow }: Where): void {
    if (item.tagged) {
      noteField(mapping, key, 'tagged');
      return;
    }
    const isText = inFlow && isBareScalar(item);
    noteField(mapping, key, isText ? 'empty in flow' : 'empty');
    this.readsOtherwise = true;
  }

  private text(mapping: Mapping, key: string, held: Value, item: YamlNode, { inFlow }: Where): void {
    const text = item.value;
    const style = styleOfNode(item, inFlow);
    if (style === 'folded' || (item.tag === '!!timestamp' && text.includes(':'))) this.readsOtherwise = true;
    if (style !== 'plain' || scalarText(held) !== text || held === null) {
      const typed = style === 'tagged' && item.tag !== '!!str' && implicitTag(text) !== item.tag;
      noteScalar(mapping, key, {
        value: held,
        text,
        style,
        ...(typed ? { isTyped: true } : {}),
        ...(item.tag === '!!binary' ? { tag: '!!binary' } : {}),
        ...(style === 'quoted' && item.style !== 'double' ? { quotes: item.style } : {}),
      });
    }
    if (typeof held === 'number') noteNonFinite(held);
  }
}

/** What an alias stands for. */
function resolved(node: YamlNode, where: Where): { readonly item: YamlNode; readonly at: Where } {
  return node.kind === 'alias' && node.alias !== null
    ? { item: node.alias, at: { ...where, aliased: true } }
    : { item: node, at: where };
}

/** Where a tag is written, that tells what a scalar is, and not its quotes. */
function styleOfNode({ style, tagged }: YamlNode, inFlow: boolean): ScalarStyle {
  if (tagged) return 'tagged';
  if (style === 'plain') return 'plain';
  return style === 'folded' && !inFlow ? 'folded' : 'quoted';
}

function valueOf({ content }: YamlNode, key: YamlNode): YamlNode | undefined {
  return content[content.indexOf(key) + 1];
}

/** Where in a mapping each key stands for the first time. */
function firstOfEach({ content }: YamlNode): ReadonlySet<number> {
  const seen = new Set<string>();
  const firsts = new Set<number>();
  content.forEach((node, at) => {
    if (at % 2 === 1 || (!isMerge(node) && seen.has(node.value))) return;
    seen.add(node.value);
    firsts.add(at);
  });
  return firsts;
}

/** A merge key is of the mapping's text, and not among its keys. */
function isMerge({ tag }: YamlNode): boolean {
  return tag === '!!merge';
}
