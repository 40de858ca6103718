import type { Event, Role, Seal } from '@throughline/contracts';
import { z } from 'zod';
import type { HeardName } from '../heard.ts';

/** A party as readers see it: its handle's id; the handle and the name as long as their key exists. */
export const party = z.strictObject({ id: z.uuid(), handle: z.string().optional(), name: z.string().optional() });
export type Party = z.infer<typeof party>;

/** Where an event names a party or an account: the id, and the JSON Pointer of the object within the event's data. */
export type Mention = { readonly id: string; readonly at: string };

/** Every party and account that an event names; the same for a sealed and an opened event. */
export const mentionsOf = (event: Event<HeardName>): Mention[] => {
  switch (event.type) {
    case 'InteractionCaptured':
      return event.data.participants.flatMap(({ id, account, also = [] }, index) => [
        { id, at: `/participants/${index}` },
        ...(account ? [{ id: account.id, at: `/participants/${index}/account` }] : []),
        ...also.map((other, nth) => ({ id: other.id, at: `/participants/${index}/also/${nth}` })),
      ]);
    case 'HandlesLinked':
      return [
        { id: event.data.a.id, at: '/a' },
        { id: event.data.b.id, at: '/b' },
      ];
    case 'NoteWritten': {
      const owner = event.data.nextStep?.owner;
      return owner ? [{ id: owner.id, at: '/nextStep/owner' }] : [];
    }
    case 'TaskScheduled':
      return [{ id: event.data.owner.id, at: '/owner' }];
    case 'TaskHandedOn':
      return [{ id: event.data.to.id, at: '/to' }];
    case 'OwnerAssigned':
    case 'CrmContextRead':
      return event.data.owner ? [{ id: event.data.owner.id, at: '/owner' }] : [];
    case 'HandleRemembered':
      return [{ id: event.data.party.id, at: '/party' }];
    case 'AgentDefined':
      return [{ id: event.data.agent.id, at: '/agent' }];
    case 'TeamDefined':
      return event.data.fallback ? [{ id: event.data.fallback.id, at: '/fallback' }] : [];
    case 'InteractionAmended':
    case 'ConversationsJoined':
    case 'SessionEnded':
    case 'LinkRetracted':
    case 'TaskSnoozed':
    case 'TaskCompleted':
    case 'SubjectErased':
    case 'MatterOpened':
    case 'MatterQueued':
    case 'MatterOffered':
    case 'MatterAssigned':
    case 'MatterHandedOn':
    case 'MatterClosed':
    case 'MatterReopened':
    case 'SessionPolicySet':
    case 'PromiseMade':
    case 'PromisePaused':
    case 'PromiseResumed':
    case 'PromiseMet':
    case 'PromiseBreached':
    case 'PromiseEnded':
    case 'PromiseCorrected':
    case 'DeliveryPlanned':
    case 'DeliveryConfirmed':
    case 'DeliveryRejected':
    case 'DeliveryParked':
    case 'DeliveryRetried':
    case 'DeliveryDropped':
      return [];
  }
};

/** The seals that hold something of the object at a pointer: what it takes to show one party of a large event. */
export const sealsAt = (seals: readonly Seal[], at: string): Seal[] =>
  seals.filter(({ f }) => f.some((field) => field.startsWith(`${at}/`)));

/** Whether an event tells a name for the object at a pointer: seen from outside its seal. */
export const namesAt = (seals: readonly Seal[], at: string): boolean => seals.some(({ f }) => f.includes(`${at}/name`));

const ours = new Set<Role>(['agent', 'bot', 'system']);

/** Whether a party with this role is one of our own people, or a machine of ours. */
export const isOurs = (role: Role): boolean => ours.has(role);

/** The ids of the participants who are none of our own people, each once. */
export const theirsIn = (participants: readonly { readonly id: string; readonly role: Role }[]): ReadonlySet<string> =>
  new Set(participants.filter(({ role }) => !isOurs(role)).map(({ id }) => id));
