import type { EventName } from '@throughline/contracts';
import type { Heard } from '@throughline/read-model';

/** The events that the read side makes rows of. Others only count; who wants more of them adds the name, and the compiler asks the rest. */
export const heardEvents = [
  'InteractionCaptured', 'InteractionAmended', 'ConversationsJoined', 'SessionEnded', 'HandlesLinked', 'LinkRetracted',
  'NoteWritten', 'SubjectErased', 'TaskScheduled', 'TaskSnoozed', 'TaskHandedOn', 'TaskCompleted', 'OwnerAssigned',
  'MatterOpened', 'MatterQueued', 'MatterOffered', 'MatterAssigned', 'MatterHandedOn', 'MatterClosed', 'MatterReopened',
  'AgentDefined', 'TeamDefined', 'DeliveryPlanned', 'DeliveryConfirmed', 'DeliveryRejected', 'DeliveryParked',
  'DeliveryRetried', 'DeliveryDropped', 'CrmContextRead', 'PromiseMade', 'PromisePaused', 'PromiseResumed',
  'PromiseMet', 'PromiseBreached', 'PromiseEnded', 'PromiseCorrected', 'SessionPolicySet', 'HandleRemembered',
] as const; // prettier-ignore

export type HeardName = (typeof heardEvents)[number];

/** One of them as a projector hears it. */
export type HeardEvent = Heard<HeardName>;

export const isHeard = (event: Heard): event is HeardEvent =>
  (heardEvents as readonly EventName[]).includes(event.type);
