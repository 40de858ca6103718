import type { Party } from '../party/party.ts';

/** An answer that there is not, with the reason and the events that it rests on. */
export const none = (reason: string, events: string[] = []) => ({ answer: null, reason, events });

/** How a party is called in a sentence. */
export const nameOf = ({ name, handle, id }: Party): string => name ?? handle?.slice(handle.indexOf(':') + 1) ?? id;
