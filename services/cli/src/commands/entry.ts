import { nameOf, type Party, when } from '../output.ts';

/** A line of a timeline, as far as it is told here. */
export type Entry = {
  id: string;
  occurredAt: string;
  type: string;
  channel?: string;
  direction?: string;
  participants?: Party[];
  author?: number;
  subject?: string;
  text?: string;
  erased?: boolean;
  expired?: boolean;
  sealed?: boolean;
  note?: { text?: string; discussed?: string; decided?: string; nextStep?: { what?: string } };
  task?: {
    what?: string;
    owner?: Party;
    due?: string;
    until?: string;
    from?: Party;
    done?: { outcome?: string };
  };
  owner?: Party | null;
  session?: { by: string; outcome?: string };
  matter?: {
    agent?: Party;
    from?: Party;
    team?: string;
    until?: string;
    fallback?: Party;
    rule?: string;
    because?: string;
    note?: string;
    by?: string;
    outcome?: string;
  };
  promise?: { target: string; due?: string; late?: boolean; breached?: boolean };
  delivery?: { record?: string; made?: string; reason?: string; detail?: string };
};

const told = (...parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join(' · ');

/** What an entry says, in one line. */
export const entryInWords = (entry: Entry): string => {
  const { type, subject, text, note, task, owner, session, erased, expired, sealed } = entry;
  if (erased) return '(erased)';
  // Facts stay, words are gone.
  if (expired) return `${type} (expired)`;
  // Whoever asks may not open it.
  if (sealed) return `${type} (sealed)`;
  if (note) return told(note.discussed, note.decided, note.text, note.nextStep?.what && `next: ${note.nextStep.what}`);
  if (task) return taskInWords(task);
  if (owner !== undefined) return owner ? `${nameOf(owner)} is responsible` : 'nobody is responsible';
  if (session) return told('the conversation is over', session.outcome ?? session.by);
  return decisionInWords(entry) ?? ([subject, text].filter(Boolean).join(': ') || type);
};

const taskInWords = ({ what, owner, due, until, from, done }: NonNullable<Entry['task']>): string => {
  if (until) return told(what, `rests until ${when(until)}`);
  if (from) return told(what, `${nameOf(owner ?? {})} does it instead of ${nameOf(from)}`);
  if (done && !due) return told(what, 'done', done.outcome);
  return told(what, nameOf(owner ?? {}), due && `due ${when(due)}`, done && 'done');
};

const decisionInWords = ({ type, matter, promise, delivery }: Entry): string | undefined => {
  if (matter) return matterInWords(type, matter);
  if (promise) return promiseInWords(type, promise);
  return (
    delivery && told(`a CRM: ${delivery.record ?? 'a record'}`, delivery.made ?? delivery.detail ?? delivery.reason)
  );
};

const matterInWords = (type: string, matter: NonNullable<Entry['matter']>): string => {
  const { agent, from, team, until, fallback, rule, because, note, by, outcome } = matter;
  if (agent) return told(`${nameOf(agent)} has it`, rule && `by ${rule}`);
  if (from) return told(`${nameOf(from)} handed it on`, because, note);
  if (type === 'matter-closed') return told('closed', outcome ?? by);
  const end = until && `until ${when(until)}${fallback ? `, then ${nameOf(fallback)}` : ''}`;
  return told(`waits in ${team ?? 'a queue'}`, end);
};

const promiseInWords = (type: string, { target, due, late, breached }: NonNullable<Entry['promise']>): string => {
  const by = due && `due ${when(due)}`;
  if (type === 'promise-met') return told(`${target} given`, late ? 'late' : 'in time');
  if (type === 'promise-breached') return told(`${target} not given in time`, by);
  if (type === 'promise-corrected')
    return told(`${target} corrected`, breached ? 'not given in time' : 'never late', by);
  return told(`${target} promised`, by);
};
