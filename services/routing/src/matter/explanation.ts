import type { DataOf, Party, Recorded } from '@throughline/contracts';
import { uuid } from '@throughline/contracts';
import { z } from 'zod';
import type { PromiseEvent } from '../promise/promise.ts';
import { promiseInWords } from '../promise/sentence.ts';
import type { MatterEvent } from './matter.ts';

/** One thing that happened to a matter: what, because of what, and what else there was. */
export const step = z.strictObject({
  at: z.string(),
  event: uuid,
  position: z.int(),
  type: z.string(),
  actor: z.string(),
  says: z.string().describe('The same in a sentence.'),
  rule: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  alternatives: z.array(z.strictObject({ says: z.string(), why: z.string() })).optional(),
});
export type Step = z.infer<typeof step>;

export const explanation = z.strictObject({ matter: uuid, steps: z.array(step) });
export type Explanation = z.infer<typeof explanation>;

type Made = DataOf<'MatterAssigned'>['decision'];
/** What is explained. */
export type Told = Recorded<MatterEvent['type'] | PromiseEvent['type'] | 'MatterChosen'>;

/** How somebody of ours is called in a sentence. */
export type Called = (id: string) => string;

/** A party as a sentence calls it: by name, else by handle, else by the beginning of its id. */
export const calledBy =
  (face: (id: string) => Party): Called =>
  (id) => {
    const { name, handle } = face(id);
    return name ?? handle ?? `${id.slice(0, 8)}…`;
  };

const askedInWords = ({ channel, kind, intent, severity, language }: DataOf<'MatterOpened'>['asked']): string =>
  [`by ${channel}`, kind, intent && `intent ${intent}`, severity && `severity ${severity}`, language]
    .filter(Boolean)
    .join(', ');

const ofInWords = { customer: 'of the customer', account: 'of the account', crm: 'of the customer, as the CRM says' };

const becauseOf = ({ rule, inputs }: Made, called: Called): string => {
  switch (rule) {
    case 'skill':
      return `it asks for the skill ${inputs.skill ?? ''}`;
    case 'owner':
      return `they are the owner ${inputs.ownerOf ? ofInWords[inputs.ownerOf] : ''}`;
    case 'holder':
      return 'they had it before';
    case 'turn':
      if (inputs.by === 'agent') return `they took it themselves, in ${inputs.team ?? 'the team'}`;
      return `it was their turn in ${inputs.team ?? 'the team'}${inputs.available === undefined ? '' : `, of ${inputs.available} who could take it`}`;
    case 'queue':
      return `${inputs.team ?? 'that team'} serves what comes ${inputs.channel ? askedInWords({ ...inputs, channel: inputs.channel }) : 'so'}`;
    case 'deadline':
      return `nobody in ${inputs.team ?? 'the team'} had taken it in time`;
    case 'hand':
      return inputs.holder ? `a person said so; ${called(inputs.holder)} had it` : 'a person said so';
  }
};

const sentenceOf = (event: Told, called: Called): string => {
  const { type, data } = event;
  switch (type) {
    case 'MatterChosen':
      return chosenInWords(data);
    case 'MatterOpened':
      return `Opened: the customer asked ${askedInWords(data.asked)}.`;
    case 'MatterJoined':
      return 'Another conversation is about it as well.';
    case 'MatterSplit':
      return 'A conversation went into another matter.';
    case 'MatterQueued':
      return `Waits in ${data.team} until ${data.until}${data.fallback ? `, then ${called(data.fallback)} has it` : ''}: ${becauseOf(data.decision, called)}.`;
    case 'MatterOffered':
      return `Offered to ${called(data.agent)} until ${data.until}: ${becauseOf(data.decision, called)}.`;
    case 'MatterOfferEnded':
      return `The offer to ${called(data.agent)} ${data.by === 'lapsed' ? 'lapsed' : `was ${data.by}`}.`;
    case 'MatterAssigned':
      return `${called(data.agent)} has it: ${becauseOf(data.decision, called)}.`;
    case 'MatterHandedOn':
      return `${called(data.from)} has it no more: ${handedInWords[data.because]}.`;
    case 'MatterClosed':
      return `Closed ${closedInWords[data.by]}${data.outcome ? `: ${data.outcome}` : ''}.`;
    case 'MatterReopened':
      return 'Opened again: the customer came back with it.';
    case 'PromiseMade':
    case 'PromisePaused':
    case 'PromiseResumed':
    case 'PromiseMet':
    case 'PromiseBreached':
    case 'PromiseEnded':
    case 'PromiseCorrected':
      return promiseInWords(event);
  }
};

const handedInWords = {
  'owner-changed': 'the owner is another now',
  'agent-removed': 'they are no longer here',
  hand: 'a person said so',
};
const closedInWords = {
  hand: 'by a person',
  session: 'with the session',
  quiet: 'after a long silence',
  emptied: 'as its last conversation went into another one',
  erased: 'as its customer was erased',
};

const chosenInWords = ({ by, considered, window }: DataOf<'MatterChosen'>): string => {
  switch (by) {
    case 'opened':
      return considered.length > 0
        ? `A conversation opened it: it was about none of the ${considered.length} other open matters.`
        : 'A conversation opened it: the customer had no other open matter.';
    case 'joined':
      return `A conversation joined it: the same customer${window ? `, touched within ${window}` : ''}, and nothing spoke against it.`;
    case 'hand':
      return 'A person put a conversation into it.';
  }
};

type Alternative = Made['alternatives'][number];

const alternativeInWords = ({ rule, agent, team, count, why }: Alternative, called: Called) => ({
  says: [
    rule,
    agent !== undefined && called(agent),
    team,
    count !== undefined && `${count} ${count === 1 ? 'agent' : 'agents'}`,
  ]
    .filter(Boolean)
    .join(' '),
  why,
});

const madeIn = (event: Told, called: Called): Partial<Step> => {
  if (event.type === 'MatterChosen') {
    const { by, considered, window } = event.data;
    const alternatives = considered.map(({ matter, why }) => ({ says: `matter ${matter.slice(0, 8)}…`, why }));
    return { rule: by, inputs: { window }, alternatives };
  }
  if (!('decision' in event.data)) return {};
  const { rule, inputs, alternatives } = event.data.decision;
  return { rule, inputs, alternatives: alternatives.map((one) => alternativeInWords(one, called)) };
};

/** What happened to a matter and why, in the ledger's order. */
export const explained = (events: readonly Told[], called: Called): Step[] =>
  events
    .toSorted((a, b) => (a.position < b.position ? -1 : 1))
    .map((event) => ({
      at: event.occurredAt,
      event: event.id,
      position: Number(event.position),
      type: event.type,
      actor: event.meta.actor,
      says: sentenceOf(event, called),
      ...madeIn(event, called),
    }));

/** Everybody of ours whom the events name. */
export const peopleIn = (events: readonly Told[]): string[] => {
  const ids = new Set<string>();
  const look = (value: unknown, key = ''): void => {
    if (typeof value === 'string' && ['agent', 'from', 'fallback', 'owner', 'holder'].includes(key)) ids.add(value);
    else if (Array.isArray(value)) for (const one of value) look(one, key);
    else if (value !== null && typeof value === 'object')
      for (const [name, one] of Object.entries(value)) look(one, name);
  };
  for (const { data } of events) look(data);
  return [...ids];
};
