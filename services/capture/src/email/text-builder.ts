// Deeper than this nobody looks, and each level would lengthen each line.
const deepest = 5;

/** Puts words together to lines of plain text, as a browser would show them. */
export class TextBuilder {
  private readonly parts: string[] = [];
  private breaks = 0;
  private owesSpace = false;
  private depth = 0;
  private depthBefore = 0;
  private kept = 0;

  /** How many pieces there are so far: what {@link since} counts from. */
  get length(): number {
    return this.parts.length;
  }

  /** What was put in after the first `from` pieces. */
  since(from: number): string {
    return this.parts.slice(from).join('');
  }

  /** Adds words; runs of white space become one space, unless space is kept. */
  words(text: string): void {
    if (this.kept > 0) return this.verbatim(text);
    const inner = text.replace(/[\s\u200b\ufeff]+/g, ' ');
    if (inner.startsWith(' ')) this.owesSpace = true;
    const bare = inner.trim();
    if (bare === '') return;
    this.put(this.owesSpace && this.parts.length > 0 && this.breaks === 0 ? ` ${bare}` : bare);
    this.owesSpace = inner.endsWith(' ');
  }

  /** Ends the line here, also where it is empty. */
  newLine(): void {
    this.breaks = Math.min(this.breaks + 1, 3);
    this.owesSpace = false;
  }

  /** Sees to it that what follows stands at least so many lines further down. */
  breakTo(lines: number): void {
    this.breaks = Math.max(this.breaks, lines);
    this.owesSpace = false;
  }

  /** One level of quotation more, or less. */
  quote(by: 1 | -1): void {
    this.depth = Math.max(0, this.depth + by);
  }

  /** From here on white space counts, or no longer does. */
  keepSpace(by: 1 | -1): void {
    this.kept = Math.max(0, this.kept + by);
  }

  /** The whole text. */
  finish(): string {
    return this.parts.join('').trim();
  }

  private verbatim(text: string): void {
    text.split(/\r?\n/).forEach((line, index) => {
      if (index > 0) this.newLine();
      if (line !== '') this.put(line);
    });
  }

  private put(text: string): void {
    if (this.parts.length === 0) this.parts.push(marks(this.depth));
    else if (this.breaks > 0) {
      const between = marks(Math.min(this.depthBefore, this.depth)).trimEnd();
      this.parts.push(`\n${between}`.repeat(this.breaks - 1), `\n${marks(this.depth)}`);
    }
    this.parts.push(text);
    this.breaks = 0;
    this.depthBefore = this.depth;
  }
}

const marks = (depth: number): string => '> '.repeat(Math.min(depth, deepest));
