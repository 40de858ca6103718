import type { ContactFields, NextStep, Person } from './crm.ts';

/** A text that fits: shortened at a line or a word where it is too long, and saying by how much and where the rest is. */
export const fitting = (text: string, most: number, link?: string): string => {
  if (text.length <= most) return text;
  const told = (left: number): string => `\n[… ${left} more characters${link === undefined ? '' : `: ${link}`}]`;
  const room = Math.max(most - told(text.length).length, 0);
  const cut = text.slice(0, room).toWellFormed().replace(/\ufffd$/, ''); // prettier-ignore
  const kept = cut.replace(/\s\S{0,80}$/, '');
  return `${kept}${told(text.length - kept.length)}`.slice(0, most);
};

/** `Bo (bo@acme.example)`, as much of it as is known. */
export const nameOf = ({ name, handle }: Person): string => {
  const address = handle?.slice(handle.indexOf(':') + 1);
  return name !== undefined && address !== undefined ? `${name} (${address})` : (name ?? address ?? 'somebody');
};

/** The mail address among somebody's handles. */
export const addressOf = ({ handle }: Person): string | undefined =>
  handle?.startsWith('email:') ? handle.slice('email:'.length) : undefined;

/** What comes next in one line; empty where nothing does. */
export const stepLine = (step: NextStep | null): string => {
  if (step === null) return '';
  const by = step.owner ? ` — ${nameOf(step.owner)}` : '';
  return `${step.what ?? 'Next step'}${by}${step.due === undefined ? '' : `, by ${step.due}`}`;
};

/** What a contact shows now, read from a CRM. */
export type Shown = { readonly lastContact?: string; readonly lastMeeting?: string; readonly nextStep?: string };

const isLater = (wanted: string | undefined, shown: string | undefined): wanted is string => {
  if (wanted === undefined) return false;
  const known = shown === undefined || shown === '' ? Number.NaN : Date.parse(shown);
  return Number.isNaN(known) || Date.parse(wanted) > known;
};

/** The fields of a contact that have to change: dates only where they move forward, the next step where it is another. */
export const changesOf = ({ lastContact, lastMeeting, nextStep }: ContactFields, shown: Shown): Shown => ({
  ...(isLater(lastContact, shown.lastContact) && { lastContact }),
  ...(isLater(lastMeeting, shown.lastMeeting) && { lastMeeting }),
  ...(nextStep !== undefined && stepLine(nextStep) !== (shown.nextStep ?? '') && { nextStep: stepLine(nextStep) }),
});
