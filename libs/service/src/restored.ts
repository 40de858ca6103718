import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@throughline/postgres';

/**
 * Where `throughline ledger restored` said of a data folder that it was brought back: tells its ledger, which goes on in
 * another fork from then on. To be called before anything is appended, its schemas up to date. Answers whether it was said.
 */
export const tellRestored = async (dir: string, owner: string): Promise<boolean> => {
  const said = join(dir, 'restored');
  const isSaid = await access(said).then(() => true, () => false); // prettier-ignore
  if (!isSaid) return false;
  const db = connect({ url: owner, application: 'restored' });
  try {
    await db.query('select ledger.restored()');
  } finally {
    await db.close();
  }
  // Cut off before this it is told once more: another fork, and no harm.
  await rm(said);
  return true;
};
