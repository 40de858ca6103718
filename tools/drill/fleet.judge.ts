import { ledgerFeed } from '@throughline/feed';
import { logger } from '@throughline/host';
import type { StoredEvent } from '@throughline/ledger';
import { migrateAll } from '@throughline/migrate';
import { connect, prepareRoles } from '@throughline/postgres';
import { openKeyStore } from '@throughline/privacy';
import { knownProjections } from '@throughline/read-model';
import { openSources, type Sources } from '@throughline/service';
import { startProjections } from '@throughline/timeline';
import type { Acked } from './fleet.load.ts';
import type { World } from './fleet.world.ts';
import { until } from './ground.ts';

/** What the drill itself looks at the ledger and the rows with. */
export const opened = async ({ database, keys }: World) =>
  openSources({
    name: 'drill',
    urls: database,
    keys: await openKeyStore(keys),
    log: logger('drill', 'silent'),
  });

/** Whether everything that was acknowledged is projected by everybody. */
export const settled = async ({ ledger, projectorDb }: Sources, acked: readonly Acked[]): Promise<true | string> => {
  const { rows } = await projectorDb.query<{ stored: number }>(
    'select count(*)::int as stored from ledger.event where event_id = any ($1)',
    [acked.map(({ id }) => id)],
  );
  const missing = acked.length - rows[0]!.stored;
  if (missing > 0) return `${missing} of ${acked.length} facts are not stored yet`;
  const head = await ledger.head();
  const known = await knownProjections(projectorDb);
  const behind = known.filter(({ position }) => position < head);
  if (known.length > 0 && behind.length === 0) return true;
  return `of ${head} events: ${behind.map(({ name, position }) => `${name} has ${position}`).join(', ')}`;
};

const allEvents = async ({ ledger }: Sources): Promise<StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for (let page = await ledger.tail(0n, { limit: 5_000 }); page.length > 0;) {
    all.push(...page);
    page = await ledger.tail(page.at(-1)!.position, { limit: 5_000 });
  }
  return all;
};

/** The projections that live rows and a fold from the first event into empty tables do not agree on. */
export const differing = async (on: World, sources: Sources, tell: (line: string) => void): Promise<string[]> => {
  const { passwords: _, ...again } = await prepareRoles(on.database.superuser, {
    database: 'again',
    passwords: passwordsOf(on.database),
  });
  await migrateAll(again.owner);
  const db = connect({ url: again.projector, application: 'drill' });
  const feed = ledgerFeed(sources.ledger);
  const folding = startProjections({ ...sources, feed, projectorDb: db });
  const all = Object.values(folding);
  try {
    const head = await sources.ledger.head();
    const isFolded = () =>
      all.every(({ following }) => following.position() >= head) ? true : `folding ${head} events once more`;
    await until(async () => isFolded(), 600_000, tell);
    const live = new Map((await knownProjections(sources.projectorDb)).map((known) => [known.name, known]));
    const pairs = all.map(async ({ projection }) => {
      const [folded, lived] = [await projection.checksum(), await live.get(projection.projection)?.checksum()];
      return folded === lived ? [] : [projection.projection];
    });
    return (await Promise.all(pairs)).flat();
  } finally {
    await feed.close();
    await db.close();
  }
};

const passwordsOf = ({ owner, service, projector }: World['database']) => ({
  owner: new URL(owner).password,
  service: new URL(service).password,
  projector: new URL(projector).password,
});

/** Conversations whose words stand in the ledger in another order than they were said, or not one after the other. */
const disordered = (acked: readonly Acked[], stored: ReadonlyMap<string, StoredEvent>): number =>
  [...Map.groupBy(acked, ({ conversation }) => conversation).values()].filter((said) => {
    const versions = said.toSorted((a, b) => a.nth - b.nth).map(({ id }) => stored.get(id)?.version ?? 0);
    return versions.some((version, nth) => nth > 0 && version <= versions[nth - 1]!);
  }).length;

/** What stands in the ledger and in the rows against what was acknowledged. */
export const judged = async (on: World, sources: Sources, acked: readonly Acked[], tell: (line: string) => void) => {
  const events = await allEvents(sources);
  const captured = events.filter(({ type }) => type === 'InteractionCaptured');
  const byId = Map.groupBy(captured, ({ id }) => id);
  const stored = new Map(captured.map((event) => [event.id, event]));
  const { rows } = await sources.projectorDb.query<{ event: string; count: number }>(
    `select event, count(*)::int as count from timeline.entry where type = 'InteractionCaptured' group by event`,
  );
  const visible = new Map(rows.map(({ event, count }) => [event, count]));
  const isKept = ({ id, position = stored.get(id)?.position }: Acked) =>
    position !== undefined && stored.get(id)?.position === position && visible.get(id) !== undefined;
  const different = await differing(on, sources, tell);
  const { rows: parked } = await sources.projectorDb.query('select from feed.parked where dropped_at is null');
  return {
    faults: {
      acked: acked.length,
      stored: acked.filter(isKept).length,
      lost: acked.filter((one) => !isKept(one)).length,
      doubled:
        [...byId.values()].filter(({ length }) => length > 1).length + rows.filter(({ count }) => count > 1).length,
      holes: events.filter(({ position }, at) => position !== BigInt(at + 1)).length,
      disordered: disordered(acked, stored),
      parked: parked.length,
      // Projections whose rows a fold from the first event does not come to.
      different: different.length,
    },
    events: events.length,
    visible: visible.size,
    ...(different.length > 0 && { differing: different }),
  };
};
