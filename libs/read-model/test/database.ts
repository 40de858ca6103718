import * as feed from '@throughline/feed';
import { connect, type Database } from '@throughline/postgres';
import { postgres } from '@throughline/testing';
import { createTable, migrations, type Shape } from '../src/index.ts';

/** A database with the schemas of the feed and the read model and these tables; pools of three roles. */
export type SpecDatabase = {
  readonly owner: Database;
  readonly service: Database;
  readonly projector: Database;
  readonly superuser: Database;
  /** Empties the tables, the checkpoints and what is parked. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

export const specDatabase = async (tables: readonly Shape[]): Promise<SpecDatabase> => {
  const urls = await postgres({ feed: feed.migrations, read_model: migrations });
  const pool = (url: string) => connect({ url, application: 'spec', max: 4 });
  const [owner, service, projector] = [pool(urls.owner), pool(urls.service), pool(urls.projector)];
  const superuser = pool(urls.superuser);
  for (const shape of tables) await owner.query(createTable(shape));
  const all = ['read_model.checkpoint', 'read_model.live', 'feed.parked', ...tables.map(({ name }) => name)];
  return {
    owner,
    service,
    projector,
    superuser,
    clear: async () => {
      await superuser.query(all.map((name) => `delete from ${name}`).join('; '));
    },
    close: async () => {
      await Promise.all([owner, service, projector, superuser].map((db) => db.close()));
      await urls.drop();
    },
  };
};
