import { isOf, streamOf } from '@throughline/contracts';
import { identityAt } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { type Change, changedSince, clientThen, type Fold, inOneView, type Noun, type Relations, rowsWhere, rowsWhereWith, type Which } from '@throughline/read-model'; // prettier-ignore
import { happenedBy, type Moment } from '@throughline/service';
import { matterChanges } from '../matter/matter.projector.ts';
import { promiseChanges, promiseEvents } from '../promise/promise.projector.ts';
import { promiseRows } from '../promise/rows.ts';
import type { RoutingOptions } from '../routing.ts';
import { matterRows, persons } from '../rows.ts';
import { matterHears } from '../stream.ts';

const placed = { first: 'first_position', last: 'position', stream: { column: 'matter', of: streamOf.matter } };
const matter: Noun = { shape: matterRows, id: 'matter', ...placed };
const promise: Noun = { shape: promiseRows, id: 'promise', ...placed };

const heard = [...matterHears, ...promiseEvents] as const;
type Name = (typeof heard)[number];

const foldUntil = (until: string | undefined): Pick<Fold<Name>, 'events' | 'changesOf'> => ({
  events: heard,
  *changesOf(event): Iterable<Change> {
    const happened = happenedBy(event, until);
    if (!happened) return;
    if (isOf(happened, promiseEvents)) yield* promiseChanges(happened);
    else if (isOf(happened, matterHears)) yield* matterChanges(happened);
  },
});

/** What is read as it was: which rows, and whether promises are as they had become, or as they are known to have been made. */
export type Then = {
  /** Matters and promises of then are read of these alone. `people` reads people and who is who as they were, `client` all as it is now. */
  readonly which: (client: Client, people: Client) => Promise<Which>;
  readonly promises: 'happened' | 'known';
};

/** Runs a query on the rows of matters and promises, of people and of who is who, as they were at a moment. */
export const readThen = <T>(
  { db, ledger }: Pick<RoutingOptions, 'db' | 'ledger'>,
  tenant: string,
  { position, until }: Moment,
  { which, promises }: Then,
  query: (client: Client) => Promise<T>,
): Promise<T> =>
  db.asTenant(tenant, (client) =>
    inOneView(client, async () => {
      const recorded = `position <= ${position}`;
      const rows = { ...identityAt(position), [persons.name]: rowsWhere(persons, recorded) };
      const known = { position, which: await which(client, clientThen(client, rows)) };
      const relationsOf = async (nouns: readonly Noun[], happened: string | undefined): Promise<Relations> => {
        const by = happened === undefined ? '' : ` and last_at <= '${happened}'::timestamptz`;
        const of = { ...known, until: happened };
        const changed = await changedSince({ client, ledger, tenant }, nouns, foldUntil(happened), of);
        const made = nouns.map(({ shape }) => [
          shape.name,
          rowsWhereWith(shape, `${recorded}${by}`, changed.get(shape.name) ?? []),
        ]);
        return Object.fromEntries(made) as Relations;
      };
      const made =
        promises === 'happened'
          ? await relationsOf([matter, promise], until)
          : { ...(await relationsOf([matter], until)), ...(await relationsOf([promise], undefined)) };
      return query(clientThen(client, { ...rows, ...made }));
    }),
  );
