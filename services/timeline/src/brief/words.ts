/** How much of a message is looked at: what matters stands at its beginning. */
const lookedAt = 8_000;

const quotedLine = /^\s*>/;
// RFC 3676 §4.3, and what people put above their names.
const signature =
  /^(--\s?|(best|kind|warm|many)? ?(regards|wishes|thanks)|cheers|sincerely|yours.{0,12}|mit freundlichen grüßen|viele grüße|cordialement|saludos|cordiali saluti),?!?$/i;
// Whoever asks something, or goes on after a comma with more than a name, says more than hello. All of it is bounded: where a
// letter may belong to one part or the next, a long line would be tried in each way that it can be cut.
const greeting =
  /^(hi|hello|hey|dear|greetings|good (morning|afternoon|evening|day)|hallo|liebe[rs]?|sehr geehrte[rs]?|guten (tag|morgen|abend)|bonjour|salut|hola|buen[oa]s|ciao|olá|thanks?( you)?|thank you|danke|merci|gracias)\b[^?,]{0,40}(?:,(?: ?\p{L}[\p{L}.'’-]{0,30}){0,2}[.!]{0,3})?$/iu;

// At most four words in capitals, and nothing behind them.
const nameLine = /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3}$/u;

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

const paragraphsOf = (text: string): string[] => {
  const lines = text.slice(0, lookedAt).split(/\r?\n/);
  const end = lines.findIndex((line, index) => index > 0 && signature.test(line.trim()));
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !quotedLine.test(line));
  return unsigned(own.map((line) => line.trimEnd()))
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap(splitGreeting)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(paragraph));
};

/** Without the name below, where somebody said something above it: lines that no sentence runs into. */
const unsigned = (lines: readonly string[]): readonly string[] => {
  const end = lines.findLastIndex((line) => line !== '') + 1;
  let from = end;
  while (from > 0 && nameLine.test(lines[from - 1]!.trim())) from -= 1;
  const above = lines.slice(0, from);
  const isApart = /(?:^|[.!?…,)])$/.test(above.at(-1) ?? '') && !above.findLast((line) => line !== '')?.endsWith(':');
  const saysSomething = above.some((line) => line.trim() !== '' && !greeting.test(line.trim()));
  return from < end && isApart && saysSomething ? above : lines;
};

// Lines of one paragraph are wrapped text and belong together, but a greeting stands on a line of its own.
const splitGreeting = (paragraph: string): string[] => {
  const [first = '', ...others] = paragraph.trimStart().split('\n');
  return greeting.test(first.trim()) && others.length > 0 ? [first, others.join('\n')] : [paragraph];
};

const tells = (text: string): boolean => !greeting.test(text);

const sentencesOf = (paragraph: string): string[] =>
  Array.from(sentences.segment(paragraph), ({ segment }) => segment.trim());

const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const room = text.slice(0, most - 1);
  const end = room.lastIndexOf(' ');
  return `${(end > most / 2 ? room.slice(0, end) : room)
    .trimEnd()
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
};

/**
 * The first sentences of a message that say something, word for word: without greeting, quoted lines and signature,
 * at most `most` characters. A message that only greets answers with its greeting; an empty one with undefined.
 */
export const firstWords = (text: string, most = 240): string | undefined => {
  const paragraphs = paragraphsOf(text);
  const telling = paragraphs.filter(tells).flatMap(sentencesOf).filter(tells);
  const [first, ...others] = telling.length > 0 ? telling : paragraphs.flatMap(sentencesOf);
  if (first === undefined) return undefined;
  let words = first;
  for (const sentence of others) {
    if (words.length >= 80 || words.length + sentence.length + 1 > most) break;
    words += ` ${sentence}`;
  }
  return cut(words, most);
};
