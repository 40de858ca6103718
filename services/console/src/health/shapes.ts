/** What is asked to find out how it goes. */

export type Status = {
  ready: boolean;
  tenant: string;
  head: number;
  counts: { quarantined: number; parked: number };
  projections: { name: string; position: number }[];
};

export type Checkpoints = { items: { position: number; at: string }[]; contradiction: string | null };

export type Projection = {
  name: string;
  position: number;
  /** Rows of another version: to be live next, or what was live before. */
  beside?: { is: 'next' | 'previous'; version: number; since: string; position: number; state: string; error?: string };
};

export type Queue = {
  team: string;
  waiting: number;
  /** Of these, past their time. */
  late: number;
  /** Agents who take turns now, of so many. */
  available: number;
  agents: number;
  fallback?: 'agent' | 'nobody';
};

/** Something that was looked at, in plain words. */
export type Finding = {
  what: string;
  /** `closed`: whoever looks on may not know. */
  is: 'well' | 'ill' | 'closed';
  says: string;
  /** What can be done where it is not well: in words, at a place of the console, by a command. */
  todo?: { says: string; place?: string; command?: string };
};

/** What was asked for; or that who asks may not know it, or that nobody here has it. */
export type Told<Shape> = Shape | 'closed' | 'absent';
