import type { Event } from './events/index.ts';
import type { Whose } from './personal.ts';

const customersOf = (participants: readonly { role: string; id: string }[]): string[] => {
  const customers = participants.filter(({ role }) => role === 'customer');
  return (customers.length > 0 ? customers : participants).map(({ id }) => id);
};

const joint = (ids: readonly string[]): string[] => [...new Set(ids)].toSorted();

/**
 * Whose an event's personal fields are, as handle ids (sorted, each once): text belongs to its author if that is a
 * customer, else jointly to all customers, and where there are none, to everybody in it. (`holder` is not here: it is
 * the object that the field stands in.)
 */
export const ownersOf = (event: Event): Record<Exclude<Whose, 'holder'>, readonly string[]> => {
  switch (event.type) {
    case 'InteractionCaptured': {
      const { participants, author } = event.data;
      const customers = joint(customersOf(participants));
      const writer = participants[author];
      return { author: writer?.role === 'customer' ? [writer.id] : customers, customers, subject: [] };
    }
    case 'InteractionAmended': {
      const owners = joint(event.data.owners);
      return { author: owners, customers: owners, subject: [] };
    }
    case 'NoteWritten':
    case 'LinkRetracted':
    case 'TaskScheduled':
    case 'TaskSnoozed':
    case 'TaskHandedOn':
    case 'TaskCompleted':
    case 'DeliveryRejected':
    case 'DeliveryParked':
    case 'CrmContextRead':
    case 'MatterHandedOn':
      return { author: [], customers: [], subject: [event.data.subject] };
    case 'ConversationsJoined':
    case 'SessionEnded':
    case 'SessionPolicySet':
    case 'HandlesLinked':
    case 'SubjectErased':
    case 'ErasureCompleted':
    case 'OwnerAssigned':
    case 'TaskCancelled':
    case 'DeliveryPlanned':
    case 'DeliveryAttempted':
    case 'DeliveryConfirmed':
    case 'DeliveryRetried':
    case 'DeliveryDropped':
    case 'MatterChosen':
    case 'MatterOpened':
    case 'MatterJoined':
    case 'MatterSplit':
    case 'MatterQueued':
    case 'MatterOffered':
    case 'MatterOfferEnded':
    case 'MatterAssigned':
    case 'MatterClosed':
    case 'MatterReopened':
    case 'MatterPolicySet':
    case 'PromiseMade':
    case 'PromisePaused':
    case 'PromiseResumed':
    case 'PromiseMet':
    case 'PromiseBreached':
    case 'PromiseEnded':
    case 'PromiseCorrected':
    case 'PromisePolicySet':
    case 'CalendarDefined':
    case 'TeamDefined':
    case 'TeamRemoved':
    case 'TurnTaken':
    case 'TurnReleased':
    case 'AgentDefined':
    case 'AgentPresenceChanged':
    case 'AgentRemoved':
    case 'RetentionPolicySet':
    case 'ContentExpired':
    case 'HandleRemembered':
      return { author: [], customers: [], subject: [] };
  }
};
