import type { Reading } from '../reading.ts';
import { checksumOf, parts } from './fact.ts';

/** How much a tenant has, and the checksum of its captured facts. */
export type Facts = {
  readonly checksum: string;
  readonly events: number;
  readonly interactions: number;
  readonly entries: number;
};

type Row = { readonly events: bigint; readonly interactions: bigint; readonly entries: bigint } & Record<
  string,
  bigint
>;

const columns = Array.from({ length: parts }, (_, part) => `part_${part}`);

/** A tenant's facts as they are projected by now. */
export const factsOf = async ({ client, tenant }: Reading): Promise<Facts> => {
  const { rows } = await client.query<Row>({
    name: 'timeline.fact',
    text: `select events, interactions, entries, ${columns.join(', ')} from timeline.fact where tenant = $1`,
    values: [tenant],
  });
  const row = rows[0];
  return {
    checksum: checksumOf(columns.map((column) => row?.[column] ?? 0n)),
    events: Number(row?.events ?? 0n),
    interactions: Number(row?.interactions ?? 0n),
    entries: Number(row?.entries ?? 0n),
  };
};
