/** Text under construction, with the column and the state of libyaml's emitter. */
export class Writer {
  text = '';
  column = 0;
  /** Whether the last thing written was white space. */
  whitespace = true;
  /** Whether the line holds only indentation and indicators so far. */
  indention = true;
  /** Indentation of a foot comment just written, which wants an empty line below; -1 for none. */
  footIndent = -1;

  /** Writes text without breaks. */
  put(text: string): void {
    this.text += text;
    this.column += text.length;
  }

  /** Ends the line. */
  lineBreak(): void {
    this.text += '\n';
    this.column = 0;
    this.indention = true;
  }

  /** Writes a break of a scalar: a line feed, or another break as it is. */
  scalarBreak(character: string): void {
    this.text += character;
    this.column = 0;
    this.indention = true;
  }

  /** Goes to column `indent`, on a new line when the current one is in use. */
  indent(indent: number): void {
    const target = Math.max(indent, 0);
    if (!this.indention || this.column > target || (this.column === target && !this.whitespace)) this.lineBreak();
    if (this.footIndent === target) this.lineBreak();
    this.footIndent = -1;
    if (this.column < target) {
      this.text += ' '.repeat(target - this.column);
      this.column = target;
    }
    this.whitespace = true;
    this.indention = true;
  }

  /** Writes an indicator: `-`, `:`, a quote. */
  indicator(text: string, needsSpace: boolean, isSpace = false, isIndention = false): void {
    if (needsSpace && !this.whitespace) this.put(' ');
    this.put(text);
    this.whitespace = isSpace;
    this.indention &&= isIndention;
  }
}
