import type { AccountName, Channel, Customer, Direction, Entry, Party } from './shapes.ts';

/** How times, sizes and people are said; always in the reader's language and zone. */

const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const dayYearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const dayMs = 86_400_000;

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** `today`, `yesterday`, `Mon, 4 May`, and with the year where it is another one. */
export const dayOf = (instant: string, now = new Date()): string => {
  const at = new Date(instant);
  const days = Math.round((startOfDay(at) - startOfDay(now)) / dayMs);
  if (Math.abs(days) <= 1) return relative.format(days, 'day');
  return at.getFullYear() === now.getFullYear() ? dayFormat.format(at) : dayYearFormat.format(at);
};

/** Whether it is on the day that it is now, in the reader's zone. */
export const isToday = (instant: string, now = new Date()): boolean =>
  startOfDay(new Date(instant)) === startOfDay(now);

export const clockOf = (instant: string): string => clockFormat.format(new Date(instant));
export const exactOf = (instant: string): string => exactFormat.format(new Date(instant));

/** `in 3 hours`, `2 days ago`. */
export const agoOf = (instant: string, now = Date.now()): string => {
  const seconds = (new Date(instant).getTime() - now) / 1_000;
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(Math.round(seconds), 'second');
  if (size < 3_600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3_600), 'hour');
  if (size < 45 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
  if (size < 547 * 86_400) return relative.format(Math.round(seconds / (30.44 * 86_400)), 'month');
  return relative.format(Math.round(seconds / (365.25 * 86_400)), 'year');
};

/** How long a conversation took: `38 min`, `3 h`. */
export const lengthOf = (ms: number): string => {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
};

/** How long something may still take, or is late by: `4:07`, `3 h 20 min`, `2 days`. */
export const countOf = (ms: number): string => {
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const two = (count: number) => String(count).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? '1 day' : `${days} days`;
};

/** A duration of ISO 8601, as policies have it: `PT1H30M` is `1 h 30 min`. */
export const durationOf = (iso: string): string => {
  const units = [['D', 'day'], ['H', 'h'], ['M', 'min'], ['S', 's']] as const; // prettier-ignore
  const parts = units.flatMap(([sign, unit]) => {
    const count = new RegExp(`(\\d+)${sign}`).exec(iso)?.[1];
    if (!count || count === '0') return [];
    return [unit === 'day' ? counted(Number(count), unit) : `${count} ${unit}`];
  });
  return parts.length > 0 ? parts.join(' ') : iso;
};

/** How long a silence was, in the largest whole unit. */
export const spanOf = (ms: number): string => {
  const days = Math.round(ms / dayMs);
  if (days < 60) return `${days} days`;
  if (days < 700) return `${Math.round(days / 30.44)} months`;
  return `${Math.round(days / 365.25)} years`;
};

/** `1 event`, `3 events` */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;

const yearFormat = new Intl.DateTimeFormat(undefined, { year: 'numeric', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' });

/** A mark below a scale of time: the year where one begins, else the month. */
export const tickOf = (at: number): string => (new Date(at).getUTCMonth() === 0 ? yearFormat : monthFormat).format(at);

const longDay = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const days = new Intl.DateTimeFormat(undefined, longDay);
const utcDays = new Intl.DateTimeFormat(undefined, { ...longDay, timeZone: 'UTC' });
const utcMonth = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A period from a moment up to another (ms): `4 – 10 May 2026`, `March 2024`; in UTC where it is whole days of UTC. */
export const periodOf = (from: number, to: number): string => {
  const isUtc = from % dayMs === 0 && to % dayMs === 0;
  const [first, last] = [new Date(from), new Date(to)];
  const isMonth = first.getUTCDate() === 1 && last.getUTCDate() === 1 && to - from < 32 * dayMs;
  if (isUtc && isMonth) return utcMonth.format(from);
  return (isUtc ? utcDays : days).formatRange(from, to - 1);
};

/** An amount in the reader's way to write it; a currency that is none is put behind it as it is. */
export const moneyOf = ({ amount, currency }: { amount: number; currency?: string }): string => {
  if (!currency || !/^[A-Za-z]{3}$/.test(currency))
    return [amount.toLocaleString(), currency].filter(Boolean).join(' ');
  return amount.toLocaleString(undefined, { style: 'currency', currency, maximumFractionDigits: 0 });
};

/** The day of a date as a CRM tells it, be it with a time; what is no date stays as it is. */
export const dateOf = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : (text.length > 10 ? days : utcDays).format(at);
};

const sizes = ['B', 'kB', 'MB', 'GB'];
export const sizeOf = (bytes: number): string => {
  const unit = Math.min(sizes.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${(bytes / 1_000 ** unit).toLocaleString(undefined, { maximumFractionDigits: unit ? 1 : 0 })} ${sizes[unit]!}`;
};

/** The value of a handle without its namespace. */
export const bare = (handle: string): string => handle.slice(handle.indexOf(':') + 1);

export const nameOf = (party: Party | null | undefined): string =>
  party?.name ?? (party?.handle ? bare(party.handle) : 'somebody not shown');

/** What a customer is called: by name, else by the first address. */
export const customerName = ({ name, handles }: Customer): string => nameOf({ name, handle: handles[0]?.handle });

export const accountName = ({ name, key }: AccountName): string => name ?? key ?? 'an account';

export const channelNames: Record<Channel, string> = {
  email: 'E-mail', phone: 'Phone', sms: 'SMS', whatsapp: 'WhatsApp', chat: 'Chat', social: 'Social', form: 'Form',
  meeting: 'Meeting', ticket: 'Ticket', 'in-app': 'In-app', 'self-service': 'Self-service', campaign: 'Campaign',
  'in-person': 'In person', survey: 'Survey',
}; // prettier-ignore

/** Which way it went, as said after the channel: `E-mail from them`. */
export const sideNames: Record<Direction, string> = { inbound: 'from them', outbound: 'from us', internal: 'among us' };

/** Whether it is words of people, or a decision of ours (quieter on the line). */
export const isWords = ({ type }: Entry): boolean => type === 'interaction' || type === 'note';
