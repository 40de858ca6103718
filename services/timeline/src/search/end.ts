import type { Client } from '@throughline/postgres';
import type { Change, Heard } from '@throughline/read-model';

/** What ends words: somebody is erased, or a quarter of theirs is over its time. */
export type End = Heard<'SubjectErased' | 'ContentExpired'>;

/** Whether an event ends words. */
export const isEnd = (event: Heard): event is End => event.type === 'SubjectErased' || event.type === 'ContentExpired';

const quarterOf = (end: End): string | undefined => (end.type === 'ContentExpired' ? end.data.quarter : undefined);

type Word = { readonly position: bigint };
type Name = { readonly party: string; readonly spelling: string; readonly quarter: string };

/** The rows that go with it. */
export const rowsOf = async (end: End, db: Client): Promise<{ words: readonly Word[]; names: readonly Name[] }> => {
  const values = [end.tenant, end.data.subjects, quarterOf(end) ?? null];
  const words = await db.query<Word>(
    `select position from timeline.found_word
     where tenant = $1 and owners && $2::uuid[] and ($3::text is null or quarter = $3)`,
    values,
  );
  const names = await db.query<Name>(
    `select party, spelling, quarter from timeline.found_name
     where tenant = $1 and party = any($2::uuid[]) and ($3::text is null or quarter = $3)`,
    values,
  );
  return { words: words.rows, names: names.rows };
};

/** Whether a row of the same batch goes with it, which is not yet where {@link rowsOf} looks. */
export const isOf = (end: End, { row }: Change): boolean => {
  const { owners, party, quarter } = row as { owners?: readonly string[]; party?: string; quarter: string };
  if (row['tenant'] !== end.tenant || (quarterOf(end) ?? quarter) !== quarter) return false;
  return end.data.subjects.some((one) => one === party || owners?.includes(one));
};
