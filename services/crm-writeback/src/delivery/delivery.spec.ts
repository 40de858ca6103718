import { describe, expect, it } from '@jest/globals';
import { fold, Rejection, specOf } from '@throughline/decider';
import fc from 'fast-check';
import {
  attempt,
  type Delivery,
  deliveries,
  type DeliveryEvent,
  deliveryId,
  drop,
  plan,
  type Plan,
  referenceOf,
  retry,
  settle,
} from './delivery.ts';

const given = specOf(deliveries);
const delivery = '00000000-0000-8000-8000-0000000000d1';
const subject = '00000000-0000-8000-8000-000000000001';
const data: Plan = {
  delivery,
  connection: '00000000-0000-8000-8000-0000000000c1',
  record: 'activity',
  reference: '00000000-0000-8000-8000-0000000000e1',
  subject,
  conversation: '00000000-0000-8000-8000-0000000000f1',
  session: 1,
};
const planned: DeliveryEvent = { type: 'DeliveryPlanned', data };
const attempted = (nth: number, after?: string): DeliveryEvent => ({
  type: 'DeliveryAttempted',
  data: { delivery, attempt: nth, ...(after && { after }) },
});
const confirmed = (nth: number): DeliveryEvent => ({
  type: 'DeliveryConfirmed',
  data: { delivery, attempt: nth, made: 'created', remote: '7' },
});
const rejected: DeliveryEvent = {
  type: 'DeliveryRejected',
  data: { delivery, attempt: 1, subject, reason: 'Invalid', detail: 'no' },
};
const parked: DeliveryEvent = {
  type: 'DeliveryParked',
  data: { delivery, attempt: 1, subject, reason: 'ContactMissing' },
};
const retried: DeliveryEvent = { type: 'DeliveryRetried', data: { delivery } };
const dropped: DeliveryEvent = { type: 'DeliveryDropped', data: { delivery } };
const written = { is: 'confirmed', made: 'created', remote: '7' } as const;

describe('a delivery', () => {
  it('is planned once', () => given().when(plan(data)).yieldsOnce(planned));
  it('is attempted once it is planned', () => given(planned).when(attempt()).yields(attempted(1)));
  it('is not attempted where nobody planned it', () => given().when(attempt()).yieldsNothing());
  it('is attempted again, and says why', () =>
    given(planned, attempted(1)).when(attempt('TimedOut')).yields(attempted(2, 'TimedOut')));
  it('is confirmed once', () => given(planned, attempted(1)).when(settle(1, written)).yieldsOnce(confirmed(1)));
  it('is not attempted any more once the CRM has it', () =>
    given(planned, attempted(1), confirmed(1)).when(attempt()).yieldsNothing());
  it('is rejected once', () =>
    given(planned, attempted(1))
      .when(settle(1, { is: 'rejected', reason: 'Invalid', detail: 'no' }))
      .yieldsOnce(rejected));
  it('is parked once', () =>
    given(planned, attempted(1))
      .when(settle(1, { is: 'parked', reason: 'ContactMissing' }))
      .yieldsOnce(parked));
  it('waits for somebody once it is aside', () =>
    given(planned, attempted(1), rejected).when(attempt()).yieldsNothing());
  it('is tried again when somebody asks', () => given(planned, attempted(1), parked).when(retry).yieldsOnce(retried));
  it('goes on counting its attempts then', () =>
    given(planned, attempted(1), parked, retried).when(attempt()).yields(attempted(2)));
  it('lets the later attempt tell, where one was begun', () =>
    given(planned, attempted(1), attempted(2)).when(settle(1, written)).yieldsNothing());
  it('is dropped once', () => given(planned).when(drop()).yieldsOnce(dropped));
  it('is dropped where it was aside', () => given(planned, attempted(1), rejected).when(drop()).yieldsOnce(dropped));
  it('that was dropped while it was written tells so all the same', () =>
    given(planned, attempted(1), dropped).when(settle(1, written)).yieldsOnce(confirmed(1)));
  it('that was dropped is not put aside', () =>
    given(planned, attempted(1), dropped)
      .when(settle(1, { is: 'rejected', reason: 'Invalid' }))
      .yieldsNothing());
  it('that nobody knows cannot be retried', () => given().when(retry).isRejected('DeliveryUnknown'));
  it('that nobody knows cannot be dropped', () => given().when(drop()).isRejected('DeliveryUnknown'));
  it('that was confirmed cannot be retried', () =>
    given(planned, attempted(1), confirmed(1)).when(retry).isRejected('DeliverySettled'));
  it('that was confirmed cannot be dropped', () =>
    given(planned, attempted(1), confirmed(1)).when(drop()).isRejected('DeliverySettled'));
  it('that was dropped cannot be retried', () => given(planned, dropped).when(retry).isRejected('DeliverySettled'));

  const decisions = fc.oneof(
    fc.constant(plan(data)),
    fc.constant(attempt()),
    fc.constant(retry),
    fc.constant(drop()),
    fc
      .record({
        nth: fc.integer({ min: 1, max: 5 }),
        how: fc.constantFrom(
          written,
          { is: 'rejected', reason: 'Invalid' } as const,
          { is: 'parked', reason: 'Later' } as const,
        ),
      })
      .map(({ nth, how }) => settle(nth, how)),
  );

  it('comes, whatever is decided in whatever order, to one confirmation at most, by an attempt that was begun', () =>
    fc.assert(
      fc.property(fc.array(decisions, { maxLength: 40 }), (asked) => {
        const events: DeliveryEvent[] = [];
        for (const decide of asked) {
          try {
            events.push(...decide(fold(deliveries, events)));
          } catch (error) {
            if (!(error instanceof Rejection)) throw error;
          }
        }
        const attempts = events.flatMap(({ type, data: said }) => (type === 'DeliveryAttempted' ? [said.attempt] : []));
        const confirmations = events.flatMap(({ type, data: said }) =>
          type === 'DeliveryConfirmed' ? [said.attempt] : [],
        );
        expect(attempts).toEqual(attempts.map((_, at) => at + 1));
        expect(confirmations.length).toBeLessThanOrEqual(1);
        expect(confirmations.every((nth) => nth === attempts.at(-1))).toBe(true);
        const end = events.findIndex(({ type }) => type === 'DeliveryConfirmed');
        if (end >= 0) expect(events.slice(end + 1)).toEqual([]);
      }),
    ));

  it('is unknown before it is planned, whatever is heard', () =>
    expect(fold(deliveries, [attempted(1), confirmed(1)])).toEqual({ is: 'unknown' } satisfies Delivery));
});

describe('ids', () => {
  const cause = '00000000-0000-5000-8000-0000000000aa';
  it('of deliveries differ by connection, cause, record and subject', () => {
    const ids = [
      deliveryId('a', cause, data),
      deliveryId('b', cause, data),
      deliveryId('a', delivery, data),
      deliveryId('a', cause, { ...data, record: 'contact' }),
      deliveryId('a', cause, { ...data, subject: delivery }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(deliveryId('a', cause, data)).toBe(ids[0]);
  });
  it('of records are the same for every delivery that writes them', () => {
    expect(referenceOf('t', data)).toBe(referenceOf('t', { ...data, subject: delivery }));
    expect(referenceOf('t', data)).not.toBe(referenceOf('t', { ...data, session: 2 }));
    expect(referenceOf('t', data)).not.toBe(referenceOf('u', data));
  });
});
