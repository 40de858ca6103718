import { setTimeout as pause } from 'node:timers/promises';
import type { InteractionInput } from '@throughline/contracts';
import type { KafkaDriver, KafkaRecord } from '@throughline/feed';

/** What is brought by the inbox, and how much of it at a time. */
export type Bringing = {
  readonly kafka: Pick<KafkaDriver, 'sender'>;
  readonly topic: string;
  readonly partitions: number;
  readonly tenant: string;
  /** Conversations that are spoken in, each in one partition. */
  readonly conversations: number;
  readonly everyMs: number;
  /** Ends it, once what is under way is acknowledged. */
  readonly signal: AbortSignal;
};

/** What the broker acknowledged: the keys of the interactions in each conversation, in their order, and how many records are none. */
export type Brought = { readonly keys: ReadonlyMap<string, readonly string[]>; readonly bad: number };

/** Whose facts they are. */
export const inboxSource = 'drill-inbox';

/** Sends to the inbox, a round of one interaction in each conversation at a time and one record that is none, again until the broker has them. */
export const bring = async (bringing: Bringing): Promise<Brought> => {
  const { kafka, topic, partitions, conversations, everyMs, signal } = bringing;
  const names = Array.from({ length: conversations }, (_, nth) => `inbox-${nth}`);
  const keys = new Map(names.map((name): [string, string[]] => [name, []]));
  const sender = await kafka.sender(topic);
  let rounds = 0;
  for (; !signal.aborted; rounds += 1) {
    const made = names.map((conversation, nth) =>
      recordOf(bringing, nth % partitions, { source: inboxSource, key: `${conversation}/${rounds}`, conversation }),
    );
    const bad = { ...recordOf(bringing, rounds % partitions, {}), value: Buffer.from(`none ${rounds}`) };
    await untilSent(() => sender.send([...made, bad]));
    for (const name of names) keys.get(name)!.push(`${name}/${rounds}`);
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
  await sender.close();
  return { keys, bad: rounds };
};

// What was stored all the same is a duplicate then.
const untilSent = async (send: () => Promise<void>): Promise<void> => {
  for (;;) {
    try {
      return await send();
    } catch {
      await pause(200);
    }
  }
};

const recordOf = ({ tenant }: Bringing, partition: number, more: Partial<InteractionInput>): KafkaRecord => ({
  partition,
  key: Buffer.from(more.conversation ?? 'none'),
  value: Buffer.from(
    JSON.stringify({
      channel: 'chat',
      direction: 'inbound',
      occurredAt: new Date().toISOString(),
      text: 'It cracked.',
      participants: [{ role: 'customer', handle: `email:${more.conversation}@example.com` }],
      ...more,
    }),
  ),
  headers: { ce_specversion: '1.0', ce_id: '1', ce_source: '/drill', ce_type: 'Interaction', ce_tenant: tenant },
});
