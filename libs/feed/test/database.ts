/** For specs: a database with the feed's tables. */
import { connect, type Database } from '@throughline/postgres';
import { postgres } from '@throughline/testing';
import { migrations } from '../src/index.ts';

/** It as its owner may use it, and as a projector may. */
export type FeedDatabase = { readonly owner: Database; readonly db: Database; readonly drop: () => Promise<void> };

export const feedDatabase = async (): Promise<FeedDatabase> => {
  const urls = await postgres({ feed: migrations });
  const owner = connect({ url: urls.owner, application: 'spec' });
  const db = connect({ url: urls.projector, application: 'spec' });
  const drop = async () => {
    await Promise.all([owner.close(), db.close()]);
    await urls.drop();
  };
  return { owner, db, drop };
};
