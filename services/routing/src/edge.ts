import { type Party, teamName, uuid } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { Busy, instantOf, plain, type Timestamp, valid } from '@throughline/host';
import { normaliseHandle } from '@throughline/identity';
import { momentOf, type Moment, refuseBeyond, times, type Times } from '@throughline/service';
import { z } from 'zod';
import { Behind } from '@throughline/read-model';
import { caughtUp, reached } from './caught-up.ts';
import type { RoutingOptions } from './routing.ts';
import type { Told } from './transact.ts';

/** The `{id}` of a path. */
export const idParam = z.strictObject({ id: uuid.toLowerCase() });
export type IdParam = z.infer<typeof idParam>;

/** Before the first of all ids, in lists. */
export const nil = '00000000-0000-0000-0000-000000000000';

/** The id that a gRPC call names. Throws Rejection `InvalidBody`. */
export const idOf = (id: string): string => valid(idParam, { id }).id;

/** The `{team}` of a path. */
export const teamParam = z.strictObject({ team: teamName });
export type TeamParam = z.infer<typeof teamParam>;

/** Somebody of ours as callers see them. */
export const person = z.strictObject({ id: uuid, handle: z.string().optional(), name: z.string().optional() });

/** The parameter by which callers read their own writes; to be spread into a query's schema. */
export const waiting = {
  minPosition: z
    .string()
    .regex(/^\d{1,18}$/, 'is not a position')
    .transform(BigInt)
    .optional()
    .describe('Waits, 5 s at most, until what was written at this position can be read.'),
};

/** The parameters that say as of when it is read; to be spread into a query's schema. */
export const when = { ...waiting, ...times };
export type When = Times & { readonly minPosition?: bigint };

/** The answer to what was written. */
export const written = z.strictObject({ event: uuid.optional(), position: z.int() });
export type Written = z.infer<typeof written>;

/** The same, of what was told. */
export const writtenOf = ({ event, position }: Told): Written => ({ event, position: Number(position) });

/** The same as gRPC has it. */
export const writtenMessage = ({ event, position }: Written): { position: bigint; event?: string } => ({
  position: BigInt(position),
  event,
});

type Asked = {
  readonly minPosition?: bigint;
  readonly recordedAsOf?: Timestamp;
  readonly recordedAsOfPosition?: bigint;
};

/** What was known, as gRPC names it and as REST does. Throws Rejection `InvalidQuery` where it is said twice. */
const recordedOf = ({ recordedAsOf: at, recordedAsOfPosition: position }: Asked): object => {
  if (at !== undefined && position !== undefined)
    throw new Rejection('InvalidQuery', 'What was known is asked for at a moment or at a position.', [
      { pointer: '/recordedAsOfPosition', reason: 'is given beside recordedAsOf' },
    ]);
  const recordedAsOf = position === undefined ? instantOf(at) : String(position);
  return recordedAsOf === undefined ? {} : { recordedAsOf };
};

/** What a gRPC call asks to read, held against the query of the REST address: what it means and may be is written there. */
export const queryOf = <Schema extends z.ZodType>(
  schema: Schema,
  { minPosition, recordedAsOf, recordedAsOfPosition, ...request }: Asked,
): z.output<Schema> => {
  const position = minPosition === undefined ? {} : { minPosition: String(minPosition) };
  const recorded = recordedOf({ recordedAsOf, recordedAsOfPosition });
  return valid(schema, { ...(plain(request) as object), ...position, ...recorded }, 'InvalidQuery');
};

const patienceMs = 5_000;

/** Resolves once everything up to the position can be read. Throws `BeyondHead` at once, `Busy` after five seconds. */
export const readable = async (
  options: Pick<RoutingOptions, 'db' | 'ledger'>,
  position: bigint | undefined,
): Promise<void> => {
  if (position === undefined) return;
  const { db } = options;
  if ((await reached(db)) >= position) return;
  await refuseBeyond(options, position, '/minPosition');
  try {
    await caughtUp(db, position, { withinMs: patienceMs });
  } catch (error) {
    if (!(error instanceof Behind)) throw error;
    throw new Busy(`Position ${position} cannot be read yet.`, 1, 'NotYet');
  }
};

/**
 * The moment that is asked about, once all that was known then can be read; undefined where it is now. Throws `Busy`,
 * and Rejections `BeforeFirst`, `Unchained`.
 */
export const momentFor = async (
  options: RoutingOptions,
  { minPosition, ...asked }: When,
): Promise<Moment | undefined> => {
  const moment = await momentOf(options, asked, () => reached(options.db));
  const known = moment?.position ?? minPosition;
  await readable(
    options,
    minPosition !== undefined && known !== undefined && minPosition > known ? minPosition : known,
  );
  return moment;
};

/** A handle or the id of one, as callers name an agent. */
export const agentName = z
  .string()
  .min(1)
  .max(512)
  .describe('An agent: a handle such as email:bo@acme.example, or its id.');

/** The id of whom a handle, or an id, names. Throws Rejection `HandleInvalid`. */
export const agentIdOf = (
  { vault }: Pick<RoutingOptions, 'vault'>,
  tenant: string,
  text: string,
  pointer: string,
): string => {
  const id = uuid.safeParse(text.toLowerCase());
  return id.success ? id.data : vault.handleId(tenant, normaliseHandle(text, pointer).handle);
};

/** The same as a party, its handle with it where it was given. */
export const agentOf = (
  { vault }: Pick<RoutingOptions, 'vault'>,
  tenant: string,
  { handle: text, name }: { handle: string; name?: string },
  pointer: string,
): Party => {
  const { handle } = normaliseHandle(text, pointer);
  return { id: vault.handleId(tenant, handle), handle, ...(name !== undefined && { name }) };
};

/** An agent was named whom there is not. */
export const agentUnknown = (pointer = '/agent'): Rejection =>
  new Rejection('AgentUnknown', 'There is no such agent.', [{ pointer, reason: 'names no agent' }]);

/** A team was named that there is not; `pointer` says where, unless it was the path. */
export const teamUnknown = (team: string, pointer?: string): Rejection =>
  new Rejection(
    'TeamUnknown',
    `There is no team ${team}.`,
    pointer ? [{ pointer, reason: 'names no team' }] : undefined,
  );
