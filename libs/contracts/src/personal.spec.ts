import { describe, expect, it } from '@jest/globals';
import { names } from '../test/samples.ts';
import { type Event, ownersOf, personalFieldsOf } from './index.ts';

const [ann, bo, cleo] = ['a', 'b', 'c'].map((c) => `${c.repeat(8)}-1111-8111-8111-111111111111`) as [
  string,
  string,
  string,
];

describe('the personal fields', () => {
  // A field that is missing here is stored in clear text for ever; one that moves to another owner is erased with another.
  it('are these, and whose they are', () => {
    const fields = names.flatMap((name) =>
      personalFieldsOf[name].map(({ path, whose }) => `${name}/${path.join('/')} ${whose}`),
    );
    expect(fields).toEqual([
      'InteractionAmended/subject author',
      'InteractionAmended/text author',
      'InteractionAmended/reason author',
      'InteractionCaptured/participants/*/handle holder',
      'InteractionCaptured/participants/*/name holder',
      'InteractionCaptured/participants/*/account/key holder',
      'InteractionCaptured/participants/*/account/name holder',
      'InteractionCaptured/participants/*/also/*/handle holder',
      'InteractionCaptured/participants/*/also/*/name holder',
      'InteractionCaptured/declared author',
      'InteractionCaptured/subject author',
      'InteractionCaptured/text author',
      'InteractionCaptured/quoted customers',
      'InteractionCaptured/attachments author',
      'InteractionCaptured/details author',
      'HandlesLinked/a/handle holder',
      'HandlesLinked/a/name holder',
      'HandlesLinked/b/handle holder',
      'HandlesLinked/b/name holder',
      'LinkRetracted/reason subject',
      'NoteWritten/discussed subject',
      'NoteWritten/decided subject',
      'NoteWritten/text subject',
      'NoteWritten/nextStep/what subject',
      'NoteWritten/nextStep/owner/handle holder',
      'NoteWritten/nextStep/owner/name holder',
      'OwnerAssigned/owner/handle holder',
      'OwnerAssigned/owner/name holder',
      'TaskCompleted/outcome subject',
      'TaskHandedOn/to/handle holder',
      'TaskHandedOn/to/name holder',
      'TaskScheduled/what subject',
      'TaskScheduled/owner/handle holder',
      'TaskScheduled/owner/name holder',
      'CrmContextRead/owner/handle holder',
      'CrmContextRead/owner/name holder',
      'CrmContextRead/contact subject',
      'CrmContextRead/value subject',
      'CrmContextRead/renewal subject',
      'CrmContextRead/deals subject',
      'CrmContextRead/purchases subject',
      'CrmContextRead/loyalty subject',
      'DeliveryParked/detail subject',
      'DeliveryRejected/detail subject',
      'MatterHandedOn/packet/note subject',
      'AgentDefined/agent/handle holder',
      'AgentDefined/agent/name holder',
      'TeamDefined/fallback/handle holder',
      'TeamDefined/fallback/name holder',
      'HandleRemembered/party/handle holder',
      'HandleRemembered/party/name holder',
    ]);
  });

  it('are whole: an item of a list is none, for what is left of the list would shift', () =>
    expect(names.flatMap((name) => personalFieldsOf[name]).filter(({ path }) => path.at(-1) === '*')).toEqual([]));
});

describe('whose a text is', () => {
  const captured = (author: number, ...participants: { id: string; role: 'customer' | 'agent' }[]): Event => ({
    type: 'InteractionCaptured',
    data: { source: 's', channel: 'email', direction: 'inbound', conversation: ann, author, participants },
  });
  const customer = (id: string) => ({ id, role: 'customer' as const });
  const agent = (id: string) => ({ id, role: 'agent' as const });

  it('the author’s, if that is a customer', () =>
    expect(ownersOf(captured(1, agent(bo), customer(ann), customer(cleo)))).toEqual({
      author: [ann],
      customers: [ann, cleo],
      subject: [],
    }));

  it('jointly all customers’, if an agent wrote it: each once, in the order of their ids', () =>
    expect(ownersOf(captured(0, agent(bo), customer(cleo), customer(ann), customer(cleo))).author).toEqual([
      ann,
      cleo,
    ]));

  it('everybody’s, where there is no customer', () =>
    expect(ownersOf(captured(0, agent(cleo), agent(bo))).author).toEqual([bo, cleo]));
});
