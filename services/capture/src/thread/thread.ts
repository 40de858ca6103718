/** A message's part in threads: the conversation that it was captured into, and the ids of all messages that it names. */
export type Said = { readonly position: bigint; readonly conversation: string; readonly mentions: readonly string[] };

/** A conversation: the next older one on the way to the oldest of its component (itself, there), and when it was first heard of. */
export type Conversation = { readonly id: string; readonly elder: string; readonly first: bigint };

/** A message id, and the conversation in which it was named first. */
export type Mention = { readonly mention: string; readonly conversation: string };

/** Two conversations that turn out to be one: `from` is the younger. */
export type Join = { readonly into: string; readonly from: string };

/** The threads of one tenant, as far as they are known here: what is known is whole, every elder is there. */
export type Threads = {
  /** Hears of one message, in the ledger's order; answers which conversations it shows to be one. */
  hear: (said: Said) => Join[];
  /** What changed since it was made. */
  changes: () => { readonly conversations: readonly Conversation[]; readonly mentions: readonly Mention[] };
};

/** Folds messages into threads, beginning with what is known. Pure to the outside: its state is its own. */
export const threads = (conversations: Iterable<Conversation> = [], mentions: Iterable<Mention> = []): Threads => {
  const known = new Map(Array.from(conversations, (conversation) => [conversation.id, conversation]));
  const named = new Map(Array.from(mentions, ({ mention, conversation }) => [mention, conversation]));
  const changed = { conversations: new Set<string>(), mentions: new Set<string>() };

  const keep = (conversation: Conversation): void => {
    known.set(conversation.id, conversation);
    changed.conversations.add(conversation.id);
  };

  const oldestOf = (id: string): Conversation => {
    const way: Conversation[] = [];
    let here = known.get(id)!;
    for (; here.elder !== here.id; here = known.get(here.elder)!) way.push(here);
    // Next time it is one step.
    for (const passed of way) if (passed.elder !== here.id) keep({ ...passed, elder: here.id });
    return here;
  };

  return {
    hear: ({ position, conversation, mentions }) => {
      if (!known.has(conversation)) keep({ id: conversation, elder: conversation, first: position });
      const touched = new Set([oldestOf(conversation)]);
      for (const mention of mentions) {
        const where = named.get(mention);
        if (where !== undefined) touched.add(oldestOf(where));
        else {
          named.set(mention, conversation);
          changed.mentions.add(mention);
        }
      }
      const [into, ...others] = [...touched].toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
      for (const from of others) keep({ ...from, elder: into!.id });
      return others.map((from) => ({ into: into!.id, from: from.id }));
    },
    changes: () => ({
      conversations: [...changed.conversations].map((id) => known.get(id)!),
      mentions: [...changed.mentions].map((mention) => ({ mention, conversation: named.get(mention)! })),
    }),
  };
};
