/** A handle as the fold knows it. `first` is the position of the event that told of it first. */
export type KnownHandle = {
  readonly id: string;
  readonly first: bigint;
  /** It took part in an interaction as a customer, or is remembered as one. */
  readonly isCustomer: boolean;
  /** The customer that it belongs to: the id of the oldest handle of its component; null for a party that is none. */
  readonly customer: string | null;
  /** Its person is erased: whatever names it later makes it nobody's again. */
  readonly erased: boolean;
  /** Of the event since which this is so. */
  readonly position: bigint;
};

/**
 * `active` joins the two · `proposed` is for a person to decide · `retracted` is joined again only by hand · `held` would
 * join them, but the customer has as many handles as there may be.
 */
export type LinkState = 'active' | 'proposed' | 'retracted' | 'held';
export type LinkRule = 'declared' | 'same-address' | 'by-hand';

/** What is known of two handles being one customer: one per pair, `a` < `b`. */
export type KnownLink = {
  readonly a: string;
  readonly b: string;
  readonly link: string;
  readonly rule: LinkRule;
  readonly state: LinkState;
  /** Hundredths; null where it was told and not weighed. */
  readonly confidence: number | null;
  /** The events that it rests on. */
  readonly evidence: readonly string[];
  /** Of the event that brought it into this state. */
  readonly position: bigint;
};

export type NewLink = Omit<KnownLink, 'state'>;

/** What was so until another event, whose position is `to`. */
export type Past<Known> = Known & { readonly to: bigint };

/** What changed since it was made. */
export type Changes = {
  readonly handles: readonly KnownHandle[];
  readonly links: readonly KnownLink[];
  /** What was so before, each from its own position until the next one. */
  readonly past: { readonly handles: readonly Past<KnownHandle>[]; readonly links: readonly Past<KnownLink>[] };
  readonly gone: readonly Pair[];
};

export type Pair = { readonly a: string; readonly b: string };

/** Handles of one tenant, and which of them are one customer. Whole components only: what is not here is not joined to what is. */
export type Components = {
  /** An event names a handle, as a customer's or otherwise. */
  seen: (id: string, position: bigint, isCustomer: boolean) => void;
  /** Evidence that two handles are one customer: joins them if it is strong enough and nobody retracted it. */
  link: (evidence: NewLink) => void;
  /** They are not one customer, or not by this link: what was before is there again. */
  retract: (pair: Pair & { link: string; position: bigint }) => void;
  /** Handles that are to be forgotten for good, with their links; only that they are is kept. */
  forget: (ids: readonly string[], position: bigint) => void;
  changes: () => Changes;
};

/** The most handles that one customer has; then it stops growing, and what would have joined it is `held`. */
export const mostHandles = 100;

/** The two ends of a link in their order. */
export const pairOf = (one: string, other: string): Pair => (one < other ? { a: one, b: other } : { a: other, b: one });

const nameOf = ({ a, b }: Pair): string => `${a} ${b}`;
const isStrong = ({ rule, confidence }: NewLink): boolean => rule === 'by-hand' || confidence === 100;
const isOlder = (one: KnownHandle, other: KnownHandle): boolean =>
  one.first < other.first || (one.first === other.first && one.id < other.id);

// What evidence does to what is known: nothing, or a link that is to be.
const outcome = (known: KnownLink | undefined, evidence: NewLink): 'joins' | 'proposes' | undefined => {
  const strong = isStrong(evidence);
  switch (known?.state) {
    case undefined:
      return strong ? 'joins' : 'proposes';
    case 'proposed':
    case 'held':
      return strong ? 'joins' : undefined;
    case 'retracted':
      return evidence.rule === 'by-hand' ? 'joins' : undefined;
    case 'active':
      return undefined;
  }
};

/** Folds evidence into customers of at most `most` handles; begins with what is known. Pure to the outside: its state is its own. */
export const components = (
  handles: Iterable<KnownHandle> = [],
  links: Iterable<KnownLink> = [],
  most = mostHandles,
): Components => {
  const known = new Map(Array.from(handles, (handle) => [handle.id, handle]));
  const pairs = new Map(Array.from(links, (link) => [nameOf(link), link]));
  const neighbours = new Map<string, Set<string>>();
  const changed = { handles: new Set<string>(), links: new Map<string, Pair>() };
  const past = { handles: [] as Past<KnownHandle>[], links: [] as Past<KnownLink>[] };

  const around = (id: string): Set<string> => {
    let those = neighbours.get(id);
    if (!those) neighbours.set(id, (those = new Set()));
    return those;
  };
  const join = ({ a, b }: Pair): void => {
    around(a).add(b);
    around(b).add(a);
  };
  const part = ({ a, b }: Pair): void => {
    around(a).delete(b);
    around(b).delete(a);
  };
  for (const link of pairs.values()) if (link.state === 'active') join(link);

  const membersOf = (id: string): Set<string> => {
    const members = new Set([id]);
    // A set goes on with what is added while it is walked.
    for (const member of members) for (const next of around(member)) members.add(next);
    return members;
  };

  // What one event says and takes back was never so.
  const keep = (handle: KnownHandle): void => {
    const before = known.get(handle.id);
    if (before && before.position < handle.position) past.handles.push({ ...before, to: handle.position });
    known.set(handle.id, handle);
    changed.handles.add(handle.id);
  };

  const keepLink = (link: KnownLink): void => {
    const before = pairs.get(nameOf(link));
    if (before && before.position < link.position) past.links.push({ ...before, to: link.position });
    pairs.set(nameOf(link), link);
    changed.links.set(nameOf(link), link);
  };

  const settle = (id: string, position: bigint): void => {
    const members = Array.from(membersOf(id), (member) => known.get(member)!);
    const oldest = members.reduce((one, other) => (isOlder(other, one) ? other : one));
    const customer = members.length > 1 || oldest.isCustomer ? oldest.id : null;
    for (const member of members) if (member.customer !== customer) keep({ ...member, customer, position });
  };

  // A handle that stands alone is a customer by its role; one that is joined to others is one already.
  const seen: Components['seen'] = (id, position, isCustomer) => {
    const handle = known.get(id);
    if (handle && (handle.erased || handle.isCustomer || !isCustomer)) return;
    const customer = handle?.customer ?? (isCustomer ? id : null);
    keep({ id, first: handle?.first ?? position, isCustomer, customer, erased: false, position });
  };

  const isErased = (id: string): boolean => known.get(id)?.erased === true;

  return {
    seen,

    link: (evidence) => {
      const { a, b } = pairOf(evidence.a, evidence.b);
      if (a === b || isErased(a) || isErased(b)) return;
      for (const id of [a, b]) seen(id, evidence.position, false);
      const before = pairs.get(nameOf({ a, b }));
      const what = outcome(before, evidence);
      if (!what) return;
      const link = { ...evidence, a, b, link: before?.link ?? evidence.link };
      if (what === 'proposes') return keepLink({ ...link, state: 'proposed' });
      const size = membersOf(a).union(membersOf(b)).size;
      if (size > most) return before?.state === 'held' ? undefined : keepLink({ ...link, state: 'held' });
      keepLink({ ...link, state: 'active' });
      join({ a, b });
      settle(a, evidence.position);
    },

    retract: ({ a: one, b: other, link, position }) => {
      const { a, b } = pairOf(one, other);
      const before = pairs.get(nameOf({ a, b }));
      if (a === b || isErased(a) || isErased(b) || before?.state === 'retracted') return;
      for (const id of [a, b]) seen(id, position, false);
      const never: NewLink = { a, b, link, rule: 'by-hand', confidence: null, evidence: [], position };
      keepLink({ ...(before ?? never), state: 'retracted', position });
      part({ a, b });
      settle(a, position);
      settle(b, position);
    },

    forget: (ids, position) => {
      const left = new Set(ids.flatMap((id) => [...around(id)]));
      for (const link of pairs.values()) {
        if (!ids.includes(link.a) && !ids.includes(link.b)) continue;
        part(link);
        pairs.delete(nameOf(link));
        changed.links.set(nameOf(link), link);
      }
      for (const id of ids) {
        const first = known.get(id)?.first ?? position;
        keep({ id, first, isCustomer: false, customer: null, erased: true, position });
      }
      for (const id of left) if (!isErased(id)) settle(id, position);
    },

    changes: () => ({
      handles: [...changed.handles].flatMap((id) => known.get(id) ?? []),
      links: [...changed.links.keys()].flatMap((name) => pairs.get(name) ?? []),
      past,
      gone: [...changed.links].filter(([name]) => !pairs.has(name)).map(([, { a, b }]) => ({ a, b })),
    }),
  };
};
