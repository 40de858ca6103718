import { type DataOf, type Recorded, streamOf } from '@throughline/contracts';
import type { Ledger } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import type { NextStep, Person } from '../crms/crm.ts';

type Reads = {
  readonly ledger: Pick<Ledger, 'read' | 'tail'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly client: Client;
};

const personOf = ({ handle, name }: Person): Person => ({
  ...(handle !== undefined && { handle }),
  ...(name !== undefined && { name }),
});

/** The note at a position of the ledger. */
export const noteAt = async (
  { ledger, vault }: Reads,
  tenant: string,
  position: bigint,
): Promise<Recorded<'NoteWritten'> | undefined> => {
  const [stored] = await ledger.tail(position - 1n, { limit: 1, tenant });
  if (stored?.position !== position || stored.type !== 'NoteWritten') return undefined;
  return (await vault.open(tenant, [stored]))[0] as Recorded<'NoteWritten'>;
};

/** A task as its stream tells it. */
export type TaskNow = {
  readonly what?: string;
  readonly owner: Person;
  readonly due: string;
  readonly done?: { readonly at: string; readonly outcome?: string };
};

/** A task as it is by now. */
export const taskOf = async ({ ledger, vault }: Reads, tenant: string, task: string): Promise<TaskNow | undefined> => {
  const stored = await ledger.read(tenant, streamOf.task(task));
  const known = stored.filter(({ type }) => ['TaskScheduled', 'TaskHandedOn', 'TaskCompleted'].includes(type));
  let now: TaskNow | undefined;
  for (const event of await vault.open(tenant, known)) {
    if (event.type === 'TaskScheduled') {
      const { what, owner, due } = event.data;
      now = { what, owner: personOf(owner), due };
    }
    if (event.type === 'TaskHandedOn' && now) now = { ...now, owner: personOf(event.data.to) };
    if (event.type === 'TaskCompleted' && now)
      now = { ...now, done: { at: event.occurredAt, outcome: event.data.outcome } };
  }
  return now;
};

/** The next step that a note tells. */
export const stepOf = ({ nextStep }: Pick<DataOf<'NoteWritten'>, 'nextStep'>): NextStep | undefined =>
  nextStep && { what: nextStep.what, due: nextStep.due, ...(nextStep.owner && { owner: personOf(nextStep.owner) }) };

type Row = { readonly id: string; readonly kind: 'note' | 'task'; readonly position: bigint };

/** Where the notes about these handles stand, between two positions. */
export const notesBetween = async (
  { client }: Reads,
  tenant: string,
  handles: readonly string[],
  after: bigint,
  to: bigint,
): Promise<bigint[]> => {
  const { rows } = await client.query<{ position: bigint }>({
    name: 'writeback.notes_between',
    text: `select position from writeback.step where tenant = $1 and subject = any($2::uuid[]) and kind = 'note'
      and position > $3 and position <= $4 order by position`,
    values: [tenant, handles, after, to],
  });
  return rows.map(({ position }) => position);
};

/**
 * What is to be done for a customer next: the open task that is due first, else what the newest note says, unless a task
 * was scheduled after it. With `since` only what was said later than that position.
 */
export const nextStepOf = async (
  reads: Reads,
  tenant: string,
  handles: readonly string[],
  since = 0n,
): Promise<NextStep | undefined> => {
  const { rows } = await reads.client.query<Row>({
    name: 'writeback.next_step',
    text: `
      (select id, kind, position from writeback.step
        where tenant = $1 and subject = any($2::uuid[]) and kind = 'task' and is_next and position > $3 order by due, position limit 1)
      union all
      (select n.id, n.kind, n.position from writeback.step n
        where n.tenant = $1 and n.subject = any($2::uuid[]) and n.kind = 'note' and n.is_next and n.position > $3
          and not exists (select from writeback.step t
            where t.tenant = $1 and t.subject = any($2::uuid[]) and t.kind = 'task' and t.position > n.position)
        order by n.position desc limit 1)`,
    values: [tenant, handles, since],
  });
  const [next] = rows;
  if (!next) return undefined;
  if (next.kind === 'task') return taskOf(reads, tenant, next.id);
  const note = await noteAt(reads, tenant, next.position);
  return note && stepOf(note.data);
};
