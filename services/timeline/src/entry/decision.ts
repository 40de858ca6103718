import { type Recorded } from '@throughline/contracts';
import { z } from 'zod';
import type { RecordKind } from '../delivery/delivery.query.ts';
import { party, type Party } from '../party/party.ts';

/** What became of a matter: who has it, which queue, or that it is over. */
export const matterStep = z.strictObject({
  id: z.uuid(),
  agent: party.optional().describe('Who has it from here on.'),
  from: party.optional().describe('Who has it no longer.'),
  team: z.string().optional(),
  until: z.string().optional().describe('How long it may wait in the queue.'),
  fallback: party.optional().describe('Who has it after that.'),
  rule: z.string().optional().describe('By which rule somebody came to have it.'),
  because: z.string().optional().describe('Why it was handed on.'),
  note: z.string().optional().describe('What whoever handed it on said.'),
  by: z.string().optional().describe('How it was closed.'),
  outcome: z.string().optional(),
});

/** What became of an answer that is due. */
export const promiseStep = z.strictObject({
  id: z.uuid(),
  matter: z.uuid(),
  target: z.string(),
  due: z.string().optional(),
  within: z.string().optional().describe('How much working time there was (ISO 8601).'),
  late: z.boolean().optional().describe('Whether it was met after it was breached.'),
  breached: z.boolean().optional().describe('What a correction says of it.'),
});

/** What became of something that is written to a CRM. */
export const deliveryStep = z.strictObject({
  id: z.uuid(),
  record: z.enum(['activity', 'note', 'task', 'contact']).optional(),
  made: z.string().optional(),
  reason: z.string().optional(),
  detail: z.string().optional(),
});

/** The events of matters that are lines. */
export type MatterLine = 'MatterQueued' | 'MatterAssigned' | 'MatterHandedOn' | 'MatterClosed';
/** The events of promises that are lines. */
export type PromiseLine = 'PromiseMade' | 'PromiseMet' | 'PromiseBreached' | 'PromiseCorrected';
/** The events of deliveries that are lines. */
export type DeliveryLine = 'DeliveryConfirmed' | 'DeliveryRejected' | 'DeliveryParked';

/** What a line of a decision shows that its event does not know. */
export type Named = {
  readonly partyOf: (id: string) => Party;
  readonly recordOf: (delivery: string) => RecordKind | undefined;
};

/** Who of ours is named in an event by the id alone. */
export const peopleIn = (event: Recorded): string[] => {
  if (event.type === 'MatterAssigned') return [event.data.agent];
  if (event.type === 'MatterHandedOn' || event.type === 'TaskHandedOn') return [event.data.from];
  return event.type === 'MatterQueued' && event.data.fallback !== undefined ? [event.data.fallback] : [];
};

/** The delivery that an event is about. */
export const deliveryIn = (event: Recorded): string[] =>
  event.type === 'DeliveryConfirmed' || event.type === 'DeliveryRejected' || event.type === 'DeliveryParked'
    ? [event.data.delivery]
    : [];

/** What the line of a matter shows. */
export const matterShown = (
  { type, data }: Recorded<MatterLine>,
  { partyOf }: Named,
): { matter: z.infer<typeof matterStep> } => {
  const { matter: id } = data;
  switch (type) {
    case 'MatterQueued': {
      const { team, until, fallback, decision } = data;
      const then = fallback === undefined ? {} : { fallback: partyOf(fallback) };
      return { matter: { id, team, until, ...then, rule: decision.rule } };
    }
    case 'MatterAssigned': {
      const { agent, team, decision } = data;
      return { matter: { id, agent: partyOf(agent), team, rule: decision.rule } };
    }
    case 'MatterHandedOn':
      return { matter: { id, from: partyOf(data.from), because: data.because, note: data.packet.note } };
    case 'MatterClosed':
      return { matter: { id, by: data.by, outcome: data.outcome } };
  }
};

/** What the line of a promise shows. */
export const promiseShown = ({ type, data }: Recorded<PromiseLine>): { promise: z.infer<typeof promiseStep> } => {
  const { promise: id, matter, target } = data;
  const promise = { id, matter, target };
  switch (type) {
    case 'PromiseMade':
      return { promise: { ...promise, due: data.dueAt, within: data.within } };
    case 'PromiseMet':
      return { promise: { ...promise, late: data.late } };
    case 'PromiseBreached':
      return { promise: { ...promise, due: data.at } };
    case 'PromiseCorrected':
      return { promise: { ...promise, due: data.dueAt, breached: data.breached } };
  }
};

/** What the line of a delivery shows. */
export const deliveryShown = (
  { type, data }: Recorded<DeliveryLine>,
  { recordOf }: Named,
): { delivery: z.infer<typeof deliveryStep> } => {
  const { delivery: id } = data;
  const record = recordOf(id);
  switch (type) {
    case 'DeliveryConfirmed':
      return { delivery: { id, record, made: data.made } };
    case 'DeliveryRejected':
    case 'DeliveryParked':
      return { delivery: { id, record, reason: data.reason, detail: data.detail } };
  }
};
