import type { Channel, Page, Party } from '../shapes.ts';

/** What routing answers with about matters, agents and teams. */

export type Asked = {
  channel: Channel;
  kind?: string;
  intent?: string;
  topic?: string;
  priority?: string;
  severity?: string;
  language?: string;
};

export type Matter = {
  id: string;
  state: 'queued' | 'offered' | 'owned' | 'closed';
  customer: string;
  account?: string;
  asked: Asked;
  agent?: Party;
  team?: string;
  /** By when it is out of the queue, or the offer lapses. */
  until?: string;
  fallback?: Party;
  /** By when the customer is promised an answer. */
  dueAt?: string;
  since: string;
  at: string;
  rule?: string;
  outcome?: string;
  position: number;
};
export type Matters = Page<Matter>;

export type Step = {
  at: string;
  event: string;
  position: number;
  type: string;
  actor: string;
  says: string;
  rule?: string;
  inputs?: Readonly<Record<string, unknown>>;
  alternatives?: { says: string; why: string }[];
};
export type Explanation = { matter: string; steps: Step[] };

export type Packet = {
  summary: { asked?: string; last?: string; lastAt?: string };
  tried: { at: string; by: string; channel?: Channel; words?: string; agent?: Party }[];
  notes: string[];
  conversations: { id: string; channel?: Channel; lastAt?: string }[];
};

export const presences = ['available', 'busy', 'away', 'offline'] as const;
export type Presence = (typeof presences)[number];

export type Agent = Party & {
  id: string;
  teams: string[];
  capacity: number;
  presence: Presence;
  turns: number;
  matters: number;
};

export type Team = {
  team: string;
  name?: string;
  waiting: number;
  /** Since when waits what waits longest. */
  waitingSince?: string | undefined;
  available: number;
  agents: number;
  /** Only these; without them all. */
  channels?: Channel[];
  kinds?: string[];
  languages?: string[];
  /** What asks for one of these goes there. */
  skills?: string[];
  /** How long something may wait (ISO 8601), and who has it then. */
  waits?: string;
  fallback?: Party;
  /** How long an agent may take to accept (ISO 8601). */
  offers?: string;
};
