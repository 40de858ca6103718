import { setTimeout as pause } from 'node:timers/promises';
import { credentials, Metadata } from '@grpc/grpc-js';
import { CaptureServiceClient } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { Interaction } from '@throughline/contracts/gen/throughline/capture/v1/interaction';
import type { Setting } from './drill.ts';
import type { World } from './fleet.world.ts';
import { momentOf } from './ground.ts';

/** A fact that was acknowledged: the nth thing that was said in a conversation; Kafka does so before it has a position. */
export type Acked = {
  readonly conversation: string;
  readonly nth: number;
  readonly id: string;
  readonly position?: bigint;
};

/** How much is said in each conversation, one after the other. */
export const perConversation = 4;
const writers = 8;
const patienceMs = 10_000;
/** For whom all of it is said. */
export const tenant = 'default';

type Said = ReturnType<typeof saidOf>;
type Answer = { readonly id: string; readonly position: bigint };
/** Answers once it is acknowledged; undefined where it is to be asked again. */
type Edge = (said: Said) => Promise<Answer | undefined>;

const saidOf = (conversation: number, nth: number) => ({
  source: 'drill',
  key: `${conversation}/${nth}`,
  channel: 'chat',
  direction: 'inbound',
  occurredAt: momentOf(conversation * perConversation + nth),
  conversation: String(conversation),
  text: `Word ${nth} of conversation ${conversation}.`,
  participants: [
    { role: 'customer', handle: `email:c${conversation % 97}@example.com`, name: `Customer ${conversation % 97}` },
    { role: 'agent', handle: 'email:desk@acme.example' },
  ],
});

const overRest =
  (url: string, path: '/v1/interactions' | '/v1/interactions:batch'): Edge =>
  async (said) => {
    const body = JSON.stringify(path.endsWith('batch') ? [said] : said);
    const headers = { 'content-type': 'application/json', 'x-tenant': tenant };
    const answer = await fetch(url + path, { method: 'POST', headers, body, signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined); // prettier-ignore
    const text = await answer?.text().catch(() => undefined);
    if (!answer || text === undefined || answer.status === 429 || answer.status >= 500) return undefined;
    type Told = { readonly id: string; readonly position: number };
    const told = JSON.parse(text) as Told & { readonly results?: readonly Told[] };
    const one = told.results?.[0] ?? told;
    if (answer.status > 201 || one.id === undefined) throw new Error(`${path}: ${answer.status} ${text}`);
    return { id: one.id, position: BigInt(one.position) };
  };

const again = new Set([1, 4, 8, 10, 13, 14]);

const overGrpc = (address: string): { edge: Edge; close: () => void } => {
  const client = new CaptureServiceClient(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('x-tenant', tenant);
  const edge: Edge = (said) => {
    const { occurredAt, ...others } = said;
    const at = { seconds: BigInt(Math.floor(Date.parse(occurredAt) / 1_000)), nanos: 0 };
    const interaction = Interaction.fromPartial({ ...others, occurredAt: at });
    return new Promise((resolve, reject) =>
      client.capture({ interaction }, metadata, { deadline: Date.now() + patienceMs }, (error, response) => {
        if (!error) return resolve({ id: response.id, position: response.position });
        // Cancelled, late, exhausted, aborted, internal (a stream that broke), unavailable.
        return again.has(error.code) ? resolve(undefined) : reject(error);
      }),
    );
  };
  return { edge, close: () => client.close() };
};

/**
 * Conversations of a few words each, evenly over the time, over every edge in turn. What is not acknowledged is asked again,
 * at another edge, until it is; only then the next word is said. Answers all that was acknowledged, and how often it was asked again.
 */
export const load = async (on: World, { conversations, minutes }: Setting) => {
  const calls = on.grpc.map(overGrpc);
  const edges = [
    overRest(on.url, '/v1/interactions'),
    ...calls.map(({ edge }) => edge),
    overRest(on.url, '/v1/interactions:batch'),
  ];
  const acked: Acked[] = [];
  const began = performance.now();
  let [next, asked, repeated] = [0, 0, 0];

  const say = async (conversation: number, nth: number): Promise<void> => {
    for (const said = saidOf(conversation, nth); ; repeated += 1) {
      const answer = await edges[asked++ % edges.length]!(said);
      if (answer) return void acked.push({ conversation: String(conversation), nth, ...answer });
      await pause(100);
    }
  };
  const write = async (): Promise<void> => {
    for (let conversation = next++; conversation < conversations; conversation = next++) {
      await pause(Math.max(0, began + (minutes * 60_000 * conversation) / conversations - performance.now()));
      for (let nth = 0; nth < perConversation; nth += 1) await say(conversation, nth);
    }
  };
  try {
    await Promise.all(Array.from({ length: writers }, write));
  } finally {
    for (const { close } of calls) close();
  }
  return { acked, repeated: () => repeated };
};
