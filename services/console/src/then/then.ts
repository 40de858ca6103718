import { agoOf, clockOf, dateOf } from '../words.ts';

/**
 * Another moment that is looked at instead of now, as the address and the API have it. `asOf`: what the world was, up to a
 * time. `recordedAsOf`: what we knew, at a time or at a position of the ledger.
 */
export type Then = { readonly asOf?: string; readonly recordedAsOf?: string };

/** The moment that a query names, if it names one. */
export const thenOf = (query: URLSearchParams): Then | undefined => {
  const [asOf, recordedAsOf] = [query.get('asOf') ?? '', query.get('recordedAsOf') ?? ''];
  if (asOf === '' && recordedAsOf === '') return undefined;
  return { ...(asOf !== '' && { asOf }), ...(recordedAsOf !== '' && { recordedAsOf }) };
};

const isPosition = (text: string): boolean => /^\d+$/.test(text);

/** When it is, in milliseconds; undefined for a position, and for what is no time. */
export const timeThen = ({ asOf, recordedAsOf }: Then): number | undefined => {
  const text = asOf ?? recordedAsOf ?? '';
  const time = isPosition(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

/** How long something was ago at a moment; its date, where it is not known when that moment was. */
export const agoThen = (instant: string, then: Then): string => {
  const time = timeThen(then);
  return time === undefined ? dateOf(instant) : agoOf(instant, time);
};

const said = (text: string): string => {
  if (isPosition(text)) return `position ${Number(text).toLocaleString()} of the ledger`;
  return Number.isNaN(Date.parse(text)) ? `“${text}”` : `${dateOf(text)}, ${clockOf(text)}`;
};

/** What is looked at, in plain words. */
export const thenSaid = ({ asOf, recordedAsOf }: Then): string => {
  if (recordedAsOf === undefined) return `What had happened by ${said(asOf!)}, by all we know today`;
  if (asOf === undefined) return `What we knew ${isPosition(recordedAsOf) ? 'at' : 'on'} ${said(recordedAsOf)}`;
  return `What had happened by ${said(asOf)}, as far as we knew ${asOf === recordedAsOf ? 'then' : `on ${said(recordedAsOf)}`}`;
};

/** What is to be said where a moment is not over: a time to come, or a position that the ledger does not reach yet. */
export const aheadSaid = ({ asOf, recordedAsOf }: Then, position: number | undefined): string | undefined => {
  if (position !== undefined && recordedAsOf && isPosition(recordedAsOf) && Number(recordedAsOf) > position)
    return `The ledger ends at ${position.toLocaleString()}: this is as of there.`;
  const isAhead = [asOf, recordedAsOf].some((text) => text && !isPosition(text) && Date.parse(text) > Date.now());
  return isAhead ? 'That is not over yet: this is what is known so far.' : undefined;
};
