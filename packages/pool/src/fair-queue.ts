/** A queue that serves its keys in turn: many entries of one key do not hold up those of another. */
export class FairQueue<Entry> {
  /** Entries by key; the key whose turn is next stands first. */
  private readonly entries = new Map<string, Entry[]>();
  private count = 0;

  /** How many entries wait. */
  get size(): number {
    return this.count;
  }

  /** Adds an entry behind the others of its key. */
  push(key: string, entry: Entry): void {
    const list = this.entries.get(key);
    if (list === undefined) this.entries.set(key, [entry]);
    else list.push(entry);
    this.count++;
  }

  /** Takes the oldest entry of the key whose turn it is. */
  shift(): Entry | undefined {
    for (const [key, list] of this.entries) {
      const entry = list.shift();
      this.entries.delete(key);
      if (list.length > 0) this.entries.set(key, list);
      if (entry === undefined) continue;
      this.count--;
      return entry;
    }
    return undefined;
  }

  /** Takes an entry out before its turn; false when it does not wait. */
  remove(key: string, entry: Entry): boolean {
    const list = this.entries.get(key);
    const index = list?.indexOf(entry) ?? -1;
    if (list === undefined || index < 0) return false;
    list.splice(index, 1);
    if (list.length === 0) this.entries.delete(key);
    this.count--;
    return true;
  }

  /** Takes all out. */
  drain(): Entry[] {
    const all = [...this.entries.values()].flat();
    this.entries.clear();
    this.count = 0;
    return all;
  }
}
