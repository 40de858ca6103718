import { arranged, type DataOf, isDue, isUnheld } from '@throughline/contracts';
import type { Change, Heard } from '@throughline/read-model';
import { calledOffRows, saidRows } from '../rows.ts';
import { promiseRows } from './rows.ts';
import type { Said } from './exchange.ts';

/** The events that rows of promises are made from. */
export const promiseEvents = [
  'PromiseMade', 'PromisePaused', 'PromiseResumed', 'PromiseMet', 'PromiseBreached', 'PromiseEnded', 'PromiseCorrected',
] as const; // prettier-ignore

type Captured = DataOf<'InteractionCaptured'>;

// In these the customer is answered while they speak.
const talks: readonly Captured['channel'][] = ['phone', 'meeting', 'in-person'];

/** By whom it was said, as far as somebody is to answer, or did. */
const saidBy = ({ direction, author, participants, channel, automatic = false }: Captured): Said['by'] | undefined => {
  const role = participants[author]?.role;
  switch (direction) {
    case 'inbound':
      if (role !== 'customer') return undefined;
      return talks.includes(channel) && participants.some((one) => one.role === 'agent') ? 'both' : 'customer';
    case 'outbound':
      if (automatic || role === 'bot' || role === 'system') return 'automatic';
      return role === 'agent' ? 'agent' : undefined;
    case 'internal':
      return undefined;
  }
};

/** What was said, and by whom; history asks for no answer and is none, nor is a meeting that is told as one that nobody held. */
export function* saidChanges({
  tenant,
  id,
  position,
  occurredAt,
  data,
}: Heard<'InteractionCaptured'>): Iterable<Change> {
  const by = saidBy(data);
  const { conversation, channel, kind, automatic = false, end } = data;
  const isOff = arranged.includes(channel) && isUnheld(end?.outcome);
  if (data.backfill || by === undefined || isOff) return;
  yield saidRows.put({ tenant, conversation, interaction: id, at: occurredAt, position, by, automatic, channel, kind });
}

/** What it calls off: an interaction is withdrawn, or a session ends so that what was to come of it is not to be. */
export function* calledOffChanges({
  type,
  tenant,
  position,
  recordedAt,
  data,
}: Heard<'InteractionAmended' | 'SessionEnded'>): Iterable<Change> {
  const { conversation } = data;
  const off = { tenant, conversation, position };
  switch (type) {
    case 'InteractionAmended':
      if (data.change === 'withdrawn') yield calledOffRows.put({ ...off, interaction: data.interaction });
      return;
    case 'SessionEnded':
      // Whoever says it before the time is over can name the time that it was to be.
      if (isUnheld(data.outcome))
        yield calledOffRows.put({ ...off, since: isDue(data.at, recordedAt) ? data.at : recordedAt });
  }
}

const correctedRow = (data: DataOf<'PromiseCorrected'>) => {
  const {
    target,
    interaction,
    conversation,
    countedFrom: since,
    dueAt: due = null,
    breached,
    met,
    ended,
    paused,
  } = data;
  const state = met ? 'met' : ended ? 'ended' : paused ? 'paused' : 'open';
  const counted = { calendar: data.calendar, calendar_version: data.calendarVersion, tzdata: data.tzdata };
  const over = {
    met: met?.at ?? null,
    met_by: met?.by ?? null,
    ended: ended?.at ?? null,
    because: ended?.because ?? null,
  };
  const waits = { paused: paused?.at ?? null, left: paused?.left ?? null };
  return { target, state, interaction, conversation, since, due, breached, ...counted, ...over, ...waits };
};

/** The row of a promise, as it is by what is told of it. */
export function* promiseChanges(event: Heard<(typeof promiseEvents)[number]>): Iterable<Change> {
  const { tenant, position, occurredAt: last_at } = event;
  const { promise, at } = event.data;
  const patch = (values: Omit<Parameters<typeof promiseRows.patch>[0], 'tenant' | 'promise'>) =>
    promiseRows.patch({ tenant, promise, position, last_at, ...values });
  switch (event.type) {
    case 'PromiseMade': {
      const { matter, subject, target, interaction, conversation, channel, kind, within, calendar, tzdata } =
        event.data;
      const { countedFrom: since, dueAt: due, calendarVersion: calendar_version, policyVersion } = event.data;
      return yield promiseRows.put({
        tenant, promise, position, matter, subject, target, interaction, conversation, channel, kind, within, calendar,
        tzdata, since, due, calendar_version, policy_version: policyVersion, state: 'open', breached: false,
        first_position: position, last_at,
      }); // prettier-ignore
    }
    case 'PromisePaused':
      return yield patch({ state: 'paused', paused: at, left: event.data.left, due: null });
    case 'PromiseResumed': {
      const { dueAt: due, calendar, calendarVersion: calendar_version, tzdata } = event.data;
      return yield patch({ state: 'open', paused: null, left: null, due, calendar, calendar_version, tzdata });
    }
    case 'PromiseMet':
      return yield patch({ state: 'met', met: at, met_by: event.data.by });
    case 'PromiseBreached':
      return yield patch({ breached: true });
    case 'PromiseEnded':
      return yield patch({ state: 'ended', ended: at, because: event.data.because });
    case 'PromiseCorrected':
      return yield patch(correctedRow(event.data));
  }
}
