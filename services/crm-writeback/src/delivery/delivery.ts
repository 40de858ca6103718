import { type DataOf, derivedId, type Event } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

export type DeliveryEvent = Event<
  | 'DeliveryPlanned'
  | 'DeliveryAttempted'
  | 'DeliveryConfirmed'
  | 'DeliveryRejected'
  | 'DeliveryParked'
  | 'DeliveryRetried'
  | 'DeliveryDropped'
>;

/** The names of its events. */
export const deliveryEvents = [
  'DeliveryPlanned', 'DeliveryAttempted', 'DeliveryConfirmed', 'DeliveryRejected', 'DeliveryParked', 'DeliveryRetried',
  'DeliveryDropped',
] as const satisfies readonly DeliveryEvent['type'][]; // prettier-ignore

/** What is to be written, and where. */
export type Plan = DataOf<'DeliveryPlanned'>;

/**
 * One thing written to one CRM, once. `open` it is to be written, and `attempts` were begun; `aside` somebody has to ask
 * for it again; `confirmed` and `dropped` are the ends.
 */
export type Delivery =
  | { readonly is: 'unknown' }
  | { readonly is: 'open' | 'aside' | 'dropped'; readonly plan: Plan; readonly attempts: number }
  | {
      readonly is: 'confirmed';
      readonly plan: Plan;
      readonly attempts: number;
      /** The record's id in the CRM. */
      readonly remote?: string;
    };

export const deliveries: Stream<Delivery, DeliveryEvent> = {
  initial: { is: 'unknown' },
  evolve: (state, { type, data }) => {
    if (type === 'DeliveryPlanned') return { is: 'open', plan: data, attempts: 0 };
    if (state.is === 'unknown') return state;
    switch (type) {
      case 'DeliveryAttempted':
        return { ...state, attempts: data.attempt };
      case 'DeliveryConfirmed':
        return { ...state, is: 'confirmed', remote: data.remote };
      case 'DeliveryRejected':
      case 'DeliveryParked':
        return { ...state, is: 'aside' };
      case 'DeliveryRetried':
        return { ...state, is: 'open' };
      case 'DeliveryDropped':
        return { ...state, is: 'dropped' };
    }
  },
};

type Decides = Decision<Delivery, DeliveryEvent>;

/** Plans it; that it is planned already is no news. */
export const plan =
  (data: Plan): Decides =>
  (state) =>
    state.is === 'unknown' ? [{ type: 'DeliveryPlanned', data }] : [];

/** Begins to write it; no news where it is not to be written (any more). `after` is why the attempt before came to nothing. */
export const attempt =
  (after?: string): Decides =>
  (state) => {
    if (state.is !== 'open') return [];
    const data = { delivery: state.plan.delivery, attempt: state.attempts + 1, ...(after !== undefined && { after }) };
    return [{ type: 'DeliveryAttempted', data }];
  };

/** What an attempt came to. */
export type Outcome =
  | ({ readonly is: 'confirmed' } & Pick<DataOf<'DeliveryConfirmed'>, 'made' | 'remote'>)
  | ({ readonly is: 'rejected' | 'parked' } & Pick<DataOf<'DeliveryRejected'>, 'reason' | 'detail'>);

/**
 * Tells what the n-th attempt came to. No news where a later attempt was begun, which will tell; and of one that was
 * dropped meanwhile only that it was written all the same.
 */
export const settle =
  (nth: number, outcome: Outcome): Decides =>
  (state) => {
    if (state.is === 'unknown' || state.attempts !== nth) return [];
    if (state.is !== 'open' && !(state.is === 'dropped' && outcome.is === 'confirmed')) return [];
    const { delivery, subject } = state.plan;
    switch (outcome.is) {
      case 'confirmed': {
        const { is: _, ...said } = outcome;
        return [{ type: 'DeliveryConfirmed', data: { delivery, attempt: nth, ...said } }];
      }
      case 'rejected':
      case 'parked': {
        const { is, ...said } = outcome;
        const type = is === 'rejected' ? 'DeliveryRejected' : 'DeliveryParked';
        return [{ type, data: { delivery, attempt: nth, subject, ...said } }];
      }
    }
  };

const settled = (): Rejection => new Rejection('DeliverySettled', 'It was written, or dropped, and stays so.');
export const unknownDelivery = (): Rejection => new Rejection('DeliveryUnknown', 'No delivery has this id.');

/** Has what was put aside tried again. Throws Rejection `DeliveryUnknown`, `DeliverySettled`. */
export const retry: Decides = (state) => {
  switch (state.is) {
    case 'unknown':
      throw unknownDelivery();
    case 'open':
      return [];
    case 'aside':
      return [{ type: 'DeliveryRetried', data: { delivery: state.plan.delivery } }];
    case 'confirmed':
    case 'dropped':
      throw settled();
  }
};

/** Gives it up. Throws Rejection `DeliveryUnknown`, `DeliverySettled`. */
export const drop =
  (reason?: string): Decides =>
  (state) => {
    switch (state.is) {
      case 'unknown':
        throw unknownDelivery();
      case 'open':
      case 'aside': {
        const data = { delivery: state.plan.delivery, ...(reason !== undefined && { reason }) };
        return [{ type: 'DeliveryDropped', data }];
      }
      case 'dropped':
        return [];
      case 'confirmed':
        throw settled();
    }
  };

/** The id of the delivery that follows from an event: the same for every replica, and whenever the event is heard again. */
export const deliveryId = (
  connection: string,
  cause: string,
  { record, subject }: Pick<Plan, 'record' | 'subject'>,
): string => derivedId('delivery', connection, cause, record, subject);

/** What a record is known by in every CRM of a tenant. */
export const referenceOf = (
  tenant: string,
  of: Pick<Plan, 'record' | 'subject' | 'conversation' | 'session' | 'note' | 'task'>,
): string => {
  const known = (...parts: string[]): string => derivedId('record', tenant, of.record, ...parts);
  switch (of.record) {
    case 'activity':
      return known(of.conversation ?? '', String(of.session ?? 0));
    case 'note':
      return known(of.note ?? '');
    case 'task':
      return known(of.task ?? '');
    case 'contact':
      return known(of.subject);
  }
};
