/** A member of a group, and since when it has held all partitions (milliseconds since 1970), if it thinks so. */
export type Candidate = { readonly memberId: string; readonly since: number | undefined };

/**
 * Who is to hold all partitions: whoever does already, so that a newcomer moves nothing. Of several who think so the
 * latest: the others were away when it took over.
 */
export const holderOf = (candidates: readonly Candidate[]): string | undefined =>
  candidates.toSorted(
    (a, b) => (b.since ?? -1) - (a.since ?? -1) || (a.memberId < b.memberId ? -1 : a.memberId > b.memberId ? 1 : 0),
  )[0]?.memberId;
