import { randomUUID } from 'node:crypto';
import { type DataOf, streamOf } from '@throughline/contracts';
import { normaliseHandle } from '@throughline/identity';
import { KeyDestroyed } from '@throughline/privacy';
import type { Connections } from '../connection/connection.query.ts';
import { isBroken, type OpenConnections, type Opened } from '../connection/opened.ts';
import { rememberContact, rememberedContact } from '../contact/contact.query.ts';
import type { Context } from '../crms/crm.ts';
import { bell, within } from '../bell.ts';
import { contactOf } from '../delivery/writing.ts';
import { Fault } from '../outbound/fault.ts';
import { reachable } from '../person/person.query.ts';
import type { Settings, Sources } from '../sources.ts';
import { knownOf } from './context.ts';
import { again, type Wanted, wanted } from './context.query.ts';

export type ReaderDeps = Sources & {
  readonly connections: Connections;
  readonly opened: OpenConnections;
  readonly settings: Pick<Settings, 'freshForMs' | 'pollMs'>;
};

/** Asks the CRMs about customers as soon as they are heard of, and appends what they know. */
export type Reader = {
  wake(): void;
  /** Asks nothing more, and resolves once what is under way is told or `withinMs` is over. */
  stop(withinMs: number): Promise<void>;
};

const atOnce = 8;
const againInMs = 30_000;

/** Puts a reader to work. Nobody waits for it: a brief shows what was read last, and says when. */
export const startReader = (deps: ReaderDeps): Reader => {
  const { ring, wait } = bell();
  let stopping = false;
  const run = async (): Promise<void> => {
    while (!stopping) {
      const asked = await askAll(deps).catch((error: unknown) => {
        deps.log?.warn({ err: error }, 'what the CRMs know cannot be read');
        return 0;
      });
      if (asked < atOnce) await wait(deps.settings.pollMs);
    }
  };
  const ended = run();
  return {
    wake: ring,
    stop: async (withinMs) => {
      stopping = true;
      ring();
      await within(ended, withinMs);
    },
  };
};

const askAll = async (deps: ReaderDeps): Promise<number> => {
  const whom = await wanted(deps.projectorDb, deps.settings.freshForMs, atOnce);
  await Promise.all(whom.map((one) => ask(deps, one)));
  return whom.length;
};

const ask = async (deps: ReaderDeps, one: Wanted): Promise<void> => {
  const { projectorDb, settings, connections, log } = deps;
  const connection = await connections.get(one.tenant, one.connection);
  try {
    const to = await deps.opened.get(connection);
    if (!to.session.readContext) return;
    if (to.holdUntil > performance.now()) return await again(projectorDb, one, settings.freshForMs, againInMs);
    await tell(deps, one, await to.guarded(() => read(deps, one, to)));
  } catch (error) {
    const code = error instanceof Fault ? error.code : isBroken(error) ? 'CircuitOpen' : 'Unexpected';
    log?.warn(
      { connection: one.connection, reason: code, ...(code === 'Unexpected' && { err: error }) },
      'a CRM did not tell what it knows',
    );
    if (error instanceof Fault && error.kind === 'connection') await connections.pauseFor(connection, error);
    await again(projectorDb, one, settings.freshForMs, againInMs);
  }
};

type Found =
  | { readonly found: 'none' | 'several' }
  | { readonly found: 'one'; readonly contact: string; readonly context: Context };

const read = async (
  deps: ReaderDeps,
  { tenant, connection, handle }: Wanted,
  { session, connection: { crm } }: Opened,
): Promise<Found> => {
  const person = await deps.db.asTenant(tenant, (client) =>
    reachable({ client, vault: deps.vault }, tenant, handle, crm),
  );
  const known = await rememberedContact(deps, tenant, connection, handle);
  try {
    return await readOne(session, known ?? (await contactOf(session, person.handles)));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.kind === 'gone' && known !== undefined) return readAnew(session, person.handles);
    return foundBy(error);
  }
};

const readOne = async (session: Opened['session'], contact: string): Promise<Found> => ({
  found: 'one',
  contact,
  context: (await session.readContext?.(contact)) ?? {},
});

// It was merged or deleted since it was remembered.
const readAnew = async (session: Opened['session'], handles: readonly string[]): Promise<Found> => {
  try {
    return await readOne(session, await contactOf(session, handles));
  } catch (error) {
    if (error instanceof Fault) return foundBy(error);
    throw error;
  }
};

const foundBy = (fault: Fault): Found => {
  if (fault.kind === 'gone') return { found: 'none' };
  if (fault.code === 'ContactAmbiguous') return { found: 'several' };
  throw fault;
};

const tell = async (deps: ReaderDeps, { tenant, connection, handle: subject }: Wanted, read: Found): Promise<void> => {
  const { vault, ledger, now } = deps;
  const at = now().toISOString();
  const ownerId = (text: string): string | undefined => {
    try {
      return vault.handleId(tenant, normaliseHandle(text, '/owner').handle);
    } catch {
      return undefined;
    }
  };
  const told = read.found === 'one' ? { contact: read.contact, ...knownOf(read.context, ownerId) } : {};
  const data: DataOf<'CrmContextRead'> = { connection, subject, at, found: read.found, ...told };
  try {
    const [sealed] = await vault.seal(tenant, [
      { type: 'CrmContextRead', data, id: randomUUID(), occurredAt: at, meta: { actor: 'crm-writeback' } },
    ]);
    const { event, sealedUnder } = sealed!;
    await ledger.append([
      { tenant, stream: streamOf.context(connection, subject), expected: 'any', events: [event], sealedUnder },
    ]);
    if (read.found === 'one') await rememberContact(deps, tenant, connection, subject, read.contact);
  } catch (error) {
    // Of somebody who was erased meanwhile nothing is kept.
    if (!(error instanceof KeyDestroyed)) throw error;
  }
};
