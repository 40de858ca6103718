import { CannotStart } from '@throughline/host';
import { z } from 'zod';
import type { NotaryOptions } from './notary.ts';

/** The settings by which checkpoints of the ledger are signed; both paths or none. */
export const signing = {
  CHECKPOINT_KEY: z.string().optional().describe('The path of the Ed25519 key, PKCS #8 in PEM.'),
  CHECKPOINT_DIR: z.string().optional().describe('The folder that checkpoints go to, outside the database.'),
  CHECKPOINT_EVERY: z.coerce.number('is not a number of seconds').int().min(1).max(86_400).default(300),
};

type Signing = z.output<z.ZodObject<typeof signing>>;

/** How checkpoints are signed by these settings; undefined where they are not. Throws `CannotStart` where one of the two is missing. */
export const notaryBy = ({ CHECKPOINT_KEY, CHECKPOINT_DIR, CHECKPOINT_EVERY }: Signing): NotaryOptions | undefined => {
  if (CHECKPOINT_KEY === undefined && CHECKPOINT_DIR === undefined) return undefined;
  if (CHECKPOINT_KEY !== undefined && CHECKPOINT_DIR !== undefined)
    return { key: CHECKPOINT_KEY, folder: CHECKPOINT_DIR, mayCreate: false, every: CHECKPOINT_EVERY };
  throw new CannotStart('Checkpoints need both CHECKPOINT_KEY and CHECKPOINT_DIR: one of them is not set.');
};
