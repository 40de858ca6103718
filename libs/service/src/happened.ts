import type { EventName, Instant } from '@throughline/contracts';
import type { Heard } from '@throughline/read-model';

const correctedBy = (event: Heard<'PromiseCorrected'>, isBy: (at: Instant) => boolean): Heard<'PromiseCorrected'> => {
  const { met, ended, ...data } = event.data;
  const over = { ...(met && isBy(met.at) && { met }), ...(ended && isBy(ended.at) && { ended }) };
  return { ...event, data: { ...data, ...over } };
};

/**
 * What of an event had happened by a moment; undefined where it had not. A correction tells anew what was so before:
 * only what came of it later is left out.
 */
export const happenedBy = <Name extends EventName>(
  event: Heard<Name>,
  until: Instant | undefined,
): Heard<Name> | undefined => {
  if (until === undefined) return event;
  const isBy = (at: Instant): boolean => Date.parse(at) <= Date.parse(until);
  const any = event as Heard;
  if (any.type === 'PromiseCorrected') return correctedBy(any, isBy) as Heard as Heard<Name>;
  return isBy(event.occurredAt) ? event : undefined;
};
