import { z } from 'zod';
import { personal } from '../personal.ts';
import { uuid } from '../words.ts';

/** A party in an event: the keyed id of its handle, and, sealed under its own key, the handle itself and a name. */
export const party = z.strictObject({
  id: uuid,
  handle: personal(z.string(), 'holder').optional(),
  name: personal(z.string(), 'holder').optional(),
});

export type Party = z.infer<typeof party>;
