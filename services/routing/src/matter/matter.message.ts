import type { Conversation, Matter, Packet as PacketMessage, Step as StepMessage } from '@throughline/contracts/gen/throughline/routing/v1/matter'; // prettier-ignore
import { timestampOf } from '@throughline/host';
import type { Packet } from '../packet/packet.ts';
import { promiseMessage } from '../promise/promise.message.ts';
import type { Step } from './explanation.ts';
import type { ListedMatter, WholeMatter } from './listed.query.ts';

const conversationMessage = ({ lastAt, ...rest }: WholeMatter['conversations'][number]): Conversation => ({
  ...rest,
  lastAt: timestampOf(lastAt),
});

/** A matter as gRPC has it. */
export const matterMessage = (matter: ListedMatter & Partial<WholeMatter>): Matter => ({
  ...matter,
  until: timestampOf(matter.until),
  dueAt: timestampOf(matter.dueAt),
  since: timestampOf(matter.since),
  at: timestampOf(matter.at),
  position: BigInt(matter.position),
  conversations: (matter.conversations ?? []).map(conversationMessage),
  promises: (matter.promises ?? []).map(promiseMessage),
});

// A Struct has no place for what is not there.
const struct = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

/** A step of an explanation as gRPC has it. */
export const stepMessage = ({ inputs, alternatives = [], ...step }: Step): StepMessage => ({
  ...step,
  at: timestampOf(step.at),
  position: BigInt(step.position),
  inputs: inputs && struct(inputs),
  alternatives,
});

/** A packet as gRPC has it. */
export const packetMessage = ({ summary: { lastAt, ...summary }, ...packet }: Packet): PacketMessage => ({
  ...packet,
  since: timestampOf(packet.since),
  summary: { ...summary, lastAt: timestampOf(lastAt) },
  tried: packet.tried.map(({ at, ...tried }) => ({ ...tried, at: timestampOf(at) })),
  conversations: packet.conversations.map(conversationMessage),
});
