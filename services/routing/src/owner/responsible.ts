import { ownerOrder } from '@throughline/contracts';
import type { Owner } from '../matter/assignment.ts';

/** Who is responsible, by which event, and since which position that is so. */
export type Responsible = Owner & {
  readonly position: bigint;
  readonly event: string;
  /** That is so since a link was made or retracted, not since they were assigned. */
  readonly byLink?: true;
};

/** What was said last of a handle's owner or an account's: nobody where it was taken back. */
export type Assigned = Omit<Responsible, 'agent' | 'byLink'> & {
  readonly subject: string;
  readonly agent: string | null;
};

/**
 * Who is responsible after all that was said of a customer's handles and its account: by hand for the customer, else as a
 * CRM says, else for the account; of each, what was said last. Whoever was taken back by hand is none, and the next one
 * counts; a CRM that knows of no owner takes none back that another one told of.
 */
export const responsibleAmong = (said: readonly Assigned[]): Responsible | undefined => {
  for (const of of ownerOrder) {
    const theirs = said.filter((one) => one.of === of && (of !== 'crm' || one.agent !== null));
    const last = theirs.toSorted((a, b) => Number(b.position - a.position))[0];
    if (last?.agent) return { agent: last.agent, of, position: last.position, event: last.event };
  }
  return undefined;
};

/** Two handles that are one customer since `position`, or are it no longer. */
export type Linked = { readonly a: string; readonly b: string; readonly position: bigint; readonly joins: boolean };

const oneWith = (handle: string, links: readonly Linked[]): ReadonlySet<string> => {
  const joining = links.filter(({ joins }) => joins);
  const found = new Set([handle]);
  // A set goes on with what is added while it is walked.
  for (const one of found)
    for (const { a, b } of joining) {
      if (a === one) found.add(b);
      if (b === one) found.add(a);
    }
  return found;
};

/**
 * Who is responsible for the customer of a handle, since they were assigned or since a link made it so, whichever was
 * later: the links are undone, the newest first, until it would be somebody else.
 */
export const responsibleSince = (
  handle: string,
  links: readonly Linked[],
  said: readonly Assigned[],
): Responsible | undefined => {
  const among = (all: readonly Linked[]) => {
    const handles = oneWith(handle, all);
    return responsibleAmong(said.filter(({ of, subject }) => of === 'account' || handles.has(subject)));
  };
  const now = among(links);
  if (!now) return undefined;
  const [...then] = links.toSorted((a, b) => Number(a.position - b.position));
  for (let nth = then.length - 1; nth >= 0 && then[nth]!.position > now.position; nth -= 1) {
    const { position, joins } = then[nth]!;
    then[nth] = { ...then[nth]!, joins: !joins };
    if (among(then)?.agent !== now.agent) return { ...now, position, byLink: true };
  }
  return now;
};
