import type { Reading } from '../reading.ts';

/** The positions of the notes that a brief tells of. */
export type TellingNotes = {
  /** The newest that says what comes next. Only a newer one takes its place: nothing says that a task was its step. */
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
      (select 'next' as what, n.position from timeline.note n
       where n.tenant = $1 and n.subject = any($2::uuid[]) and n.next_step
       order by n.position desc limit 1)
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
