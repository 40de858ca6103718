import { z } from 'zod';
import { channel, kind, plainId, uuid } from '../words.ts';
import { alternative, teamName } from './assignment.ts';
import { party } from './party.ts';

const skills = z.array(plainId(128));

const languages = z.array(z.string());

/** What a team serves from now on; what it does not restrict it serves all of. */
export const TeamDefined = z.strictObject({
  team: teamName,
  name: plainId(128).optional(),
  channels: z.array(channel).optional(),
  kinds: z.array(kind).optional(),
  languages: languages.optional(),
  /** An intent or severity that asks for one of these goes to this team, whoever owns the customer. */
  skills: skills.optional(),
  /** Who has what waited too long. */
  fallback: party.optional(),
  /** How long a matter may wait in the queue (ISO 8601). */
  waits: z.string(),
  /** How long an agent may take to accept (ISO 8601); without it agents have their turn without being asked. */
  offers: z.string().optional(),
});

/** There is no such team any more; what waits there is routed again. */
export const TeamRemoved = z.strictObject({ team: teamName });

/** Whose turn it is: the team gives a waiting matter to one of its agents. */
export const TurnTaken = z.strictObject({
  team: teamName,
  matter: uuid,
  /** For which of the matter's times in a queue. */
  entry: z.int().min(1),
  agent: uuid,
  /** The team gave it, or the agent asked for the next one. */
  by: z.enum(['team', 'agent']),
  /** Agents who could have taken it, and matters that waited, at that moment. */
  available: z.int().min(0),
  waiting: z.int().min(0),
  /** Who was passed over, and why: those next in line, and the others by number. */
  alternatives: z.array(alternative),
});

/** The agent is free of it again. */
export const TurnReleased = z.strictObject({
  team: teamName,
  matter: uuid,
  entry: z.int().min(1),
  agent: uuid,
  because: z.enum(['closed', 'handed-on', 'offer-ended', 'session-ended', 'not-needed']),
});

/** Whom a team may give work to, and how much. */
export const AgentDefined = z.strictObject({
  agent: party,
  teams: z.array(teamName),
  skills: skills.optional(),
  languages: languages.optional(),
  channels: z.array(channel).optional(),
  /** How many turns at a time, over all teams. */
  capacity: z.int().min(0).max(10_000),
});

/** Whether an agent takes turns now. */
export const AgentPresenceChanged = z.strictObject({
  agent: uuid,
  presence: z.enum(['available', 'busy', 'away', 'offline']),
});

/** An agent is no longer here; all that they have is handed on. */
export const AgentRemoved = z.strictObject({ agent: uuid });
