import { type Headed, valuesOf } from './raw.ts';

/** How a mail names itself and others; ids are without brackets. */
export type MessageIds = {
  /** Its own `Message-ID`, where it has one. */
  readonly own?: string;
  /** The first message of its thread, as far as the mail says: `References[0]`, else `In-Reply-To[0]`, else its own. */
  readonly root?: string;
  /** Every id that it names, its own among them, each once. */
  readonly all: readonly string[];
};

// RFC 5322 lets no line be longer, so what is longer is no id.
const longest = 998;

const clean = (id: string): string => id.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd').trim();

const isId = (id: string): boolean => id.length > 0 && id.length <= longest;

const inBrackets = (value: string): string[] => [...value.matchAll(/<([^<>]*)>/g)].map(([, id]) => clean(id!));

// `Message from Ann <ann@example.com> of Monday <id@host>`: the first is an address.
const withoutWriters = (value: string): string => value.replace(/<[^<>]*>(?=\s+of\b)/g, '');

const bare = (value: string): string[] =>
  value.split(/[\s,]+/).filter((word) => /^[^\s@<>()"']+@[^\s@<>()"']+$/.test(word));

const idsIn = (value: string): string[] => {
  const found = inBrackets(value);
  return (found.length > 0 ? found : bare(value).map(clean)).filter(isId);
};

/** The ids in a mail's `Message-ID`, `References` and `In-Reply-To`, whatever else stands around them. */
export const messageIds = (mail: Headed): MessageIds => {
  const [first] = valuesOf(mail, 'message-id');
  const own = first && (inBrackets(first).find(isId) ?? [clean(first)].find(isId));
  const references = valuesOf(mail, 'references').flatMap(idsIn);
  const repliesTo = valuesOf(mail, 'in-reply-to').flatMap((value) => idsIn(withoutWriters(value)));
  const all = [...new Set([...(own ? [own] : []), ...references, ...repliesTo])];
  return { ...(own && { own }), root: references[0] ?? repliesTo[0] ?? own, all };
};
