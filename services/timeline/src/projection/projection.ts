import type { Beside, Difference } from '@throughline/read-model';
import { z } from 'zod';
import type { Projection } from './rebuilds.ts';

const state = z
  .enum(['running', 'failing', 'stopped', 'elsewhere'])
  .describe('Of this process’ work; `elsewhere` where others work on it, if any do.');

const besideShape = z.strictObject({
  is: z.enum(['next', 'previous']).describe('To be live next; or what was live before, kept up to date to go back to.'),
  version: z.int().describe('Of which its rows are.'),
  since: z.string(),
  position: z.int(),
  state,
  error: z.string().optional().describe('What it fails with; it goes on by itself.'),
  perSecond: z.int().describe('Events a second since this process works on it.'),
  secondsLeft: z.int().optional().describe('Until it has caught up, at this pace.'),
});

export const projectionShape = z.strictObject({
  name: z.string(),
  version: z.int().describe('Of which the live rows are.'),
  position: z.int(),
  state,
  beside: besideShape.optional(),
});
export type ProjectionShape = z.infer<typeof projectionShape>;

export const differenceShape = z.strictObject({
  name: z.string(),
  version: z.int(),
  position: z.int().describe('At which both were compared.'),
  same: z.boolean(),
  tables: z.array(z.strictObject({ name: z.string(), same: z.boolean(), live: z.string(), beside: z.string() })),
});
export type DifferenceShape = z.infer<typeof differenceShape>;

type Coded = Error & { readonly code?: unknown };

/** What is told of an error: the words of a server without room, else its code, for words may quote somebody's. */
const wordsOf = ({ name, message, code }: Coded): string => {
  if (typeof code !== 'string') return name;
  return code.startsWith('53') ? `${code}: ${message}` : code;
};

const besideOf = (
  { is, version, since, position, state: how, error, perSecond }: Beside,
  live: bigint,
): z.infer<typeof besideShape> => ({
  is,
  version,
  since,
  position: Number(position),
  state: how,
  ...(error && { error: wordsOf(error) }),
  perSecond: Math.round(perSecond),
  ...(perSecond >= 1 && { secondsLeft: Math.ceil(Math.max(0, Number(live - position)) / perSecond) }),
});

export const shapeOf = (
  { name, version, position, state: how }: Projection,
  beside: Beside | undefined,
): ProjectionShape => ({
  name,
  version,
  position: Number(position),
  state: how,
  ...(beside && { beside: besideOf(beside, position) }),
});

export const shapeOfDifference = ({ name, version }: Projection, { position, tables }: Difference): DifferenceShape => {
  const compared = tables.map((one) => ({ ...one, same: one.live === one.beside }));
  return { name, version, position: Number(position), same: compared.every(({ same }) => same), tables: compared };
};
