import { plainInstant } from '../instant.ts';
import type { Party } from '../party/party.ts';
import { partiesOf } from '../party/party.query.ts';
import type { Reading } from '../reading.ts';

/** An open matter: somebody has it, or it waits in a team's queue. */
export type OpenMatter = {
  readonly matter: string;
  /** Since when it is where it is, and the event that says so. */
  readonly since: string;
  readonly event: string;
  readonly position: bigint;
  /** It goes to who has a skill, whoever owns the customer. */
  readonly skilled: boolean;
  readonly owner?: Party;
  readonly queue?: {
    readonly team: string;
    readonly until: string;
    readonly fallback?: Party;
    readonly offeredTo?: Party;
  };
};

type Row = {
  readonly matter: string;
  readonly state: 'queued' | 'offered' | 'owned';
  readonly since: string;
  readonly event: string;
  readonly position: bigint;
  readonly skilled: boolean;
  readonly agent: string | null;
  readonly team: string | null;
  readonly until: string | null;
  readonly fallback: string | null;
};

/** The open matters of these handles, those placed last first, at most `limit`. */
export const openMatters = async (
  reading: Reading,
  subjects: readonly string[],
  limit: number,
): Promise<OpenMatter[]> => {
  const { rows } = await reading.client.query<Row>({
    name: 'timeline.matter.open',
    text: `
      select matter, state, since, event, position, skilled, agent, team, until, fallback from timeline.matter
      where tenant = $1 and subject = any($2::uuid[]) and state in ('queued', 'offered', 'owned')
      order by position desc limit $3`,
    values: [reading.tenant, subjects, limit],
  });
  const people = rows.flatMap(({ agent, fallback }) => [agent, fallback]).filter((id) => id !== null);
  const known = await partiesOf(reading, people);
  const partyOf = (id: string | null): Party | undefined => (id === null ? undefined : known(id));
  return rows.map(({ state, agent, team, until, fallback, since, ...same }) => ({
    ...same,
    since: plainInstant(since),
    ...(state === 'owned' || team === null || until === null
      ? { owner: partyOf(agent) }
      : { queue: { team, until: plainInstant(until), fallback: partyOf(fallback), offeredTo: partyOf(agent) } }),
  }));
};
