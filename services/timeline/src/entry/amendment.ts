import { kind, type Recorded } from '@throughline/contracts';
import { z } from 'zod';
import { plainInstant } from '../instant.ts';

/** The event of an amendment. */
export type Amended = Recorded<'InteractionAmended'>;

/** What became of an interaction later. */
export const amendment = z.strictObject({
  change: z.enum(['edited', 'withdrawn', 'status', 'transcript', 'kind']),
  at: z.string(),
  by: z.string(),
  text: z.string().optional(),
  subject: z.string().optional(),
  status: z.string().optional(),
  kind: kind.optional(),
  reason: z.string().optional(),
});
export type Amendment = z.infer<typeof amendment>;

/** What an interaction's line shows because of it. */
type Changed = {
  amendments: Amendment[];
  edited?: true;
  withdrawn?: true;
  subject?: string;
  text?: string;
  kind?: Amended['data']['kind'];
};

/** What amendments, oldest first, make of an interaction's line: the newest words, kind and standing win. */
export const amended = (amendments: readonly Amended[]): Changed => {
  const result: Changed = { amendments: amendments.map(amendmentOf) };
  for (const { data } of amendments)
    switch (data.change) {
      case 'edited':
        result.edited = true;
        result.subject = data.subject ?? result.subject;
        result.text = data.text ?? result.text;
        break;
      case 'withdrawn':
        result.withdrawn = true;
        break;
      case 'kind':
        result.kind = data.kind;
        break;
      case 'status':
      case 'transcript':
        break;
    }
  return result;
};

const amendmentOf = ({ data, occurredAt, meta }: Amended): Amendment => {
  const { interaction: _, conversation: __, owners: ___, ...said } = data;
  return { ...said, at: plainInstant(occurredAt), by: meta.actor };
};
