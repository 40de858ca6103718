import type { Reading } from '../reading.ts';

/** The positions of the notes that a brief tells of. */
export type TellingNotes = {
  /** The newest that says what comes next, unless a task was made of it: that one tells it, and whether it was done. */
  readonly nextStep?: bigint;
  /** The newest that tell a decision, newest first. */
  readonly decisions: readonly bigint[];
};

/** The notes about these handles that tell something, with at most `decisions` decisions. */
export const tellingNotes = async (
  { client, tenant }: Reading,
  subjects: readonly string[],
  decisions: number,
): Promise<TellingNotes> => {
  const { rows } = await client.query<{ what: 'next' | 'decision'; position: bigint }>({
    name: 'timeline.note.telling',
    text: `
      (select 'next' as what, newest.position from (
         select n.position, n.note from timeline.note n
         where n.tenant = $1 and n.subject = any($2::uuid[]) and n.next_step
         order by n.position desc limit 1
       ) newest where not exists (select from timeline.task t where t.tenant = $1 and t.note = newest.note))
      union all
      (select 'decision', n.position from timeline.note n
       where n.tenant = $1 and n.subject = any($2::uuid[]) and n.decision order by n.position desc limit $3::integer)`,
    values: [tenant, subjects, decisions],
  });
  return {
    nextStep: rows.find(({ what }) => what === 'next')?.position,
    decisions: rows.filter(({ what }) => what === 'decision').map(({ position }) => position),
  };
};
