import { channelsIn, inboxSettings } from '@throughline/capture';
import type { Topic } from '@throughline/feed';
import { readSettings } from '@throughline/host';
import { relaySettings, topicOf } from '@throughline/relay';
import { format } from 'prettier';
import { z } from 'zod';
import { ledgerHeaders } from './headers.ts';
import { inboxMessages, interactionSchema, refusedMessages } from './inbox.ts';
import { eventPayloads, ledgerMessages } from './ledger.ts';

// How many partitions and replicas there are is the installation's to say.
type Described = Pick<Topic, 'name' | 'config'>;
type Messages = Readonly<Record<string, object>>;

const channelOf = (topic: Described, messages: Messages, title: string, description: string): object => ({
  address: topic.name,
  title,
  description,
  messages: Object.fromEntries(
    Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]), // prettier-ignore
  ),
  bindings: { kafka: bindingOf(topic) },
});

const bindingOf = ({ name, config }: Described): object => {
  const { 'cleanup.policy': policy, 'retention.ms': retention, 'max.message.bytes': most } = config;
  return {
    topic: name,
    topicConfiguration: {
      ...(policy !== undefined && { 'cleanup.policy': [policy] }),
      ...(retention !== undefined && { 'retention.ms': Number(retention) }),
      ...(most !== undefined && { 'max.message.bytes': Number(most) }),
    },
    bindingVersion: '0.5.0',
  };
};

const operationOf = (action: 'send' | 'receive', channel: string, messages: Messages, summary: string): object => ({
  action,
  channel: { $ref: `#/channels/${channel}` },
  summary,
  messages: Object.keys(messages).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
});

// As they are unless an installation says otherwise.
const { inbox, refused, group } = channelsIn(readSettings(z.object(inboxSettings), {}));
const ledger = topicOf(readSettings(z.object(relaySettings), { KAFKA_BROKERS: '127.0.0.1:9092' }));

const channels = {
  ledger: channelOf(
    ledger,
    ledgerMessages,
    'Everything that happened',
    'Every event of every tenant: CloudEvents 1.0 in binary mode. Within a partition positions only grow; what comes again has a position that you had, and a `prev` beyond yours is a gap. docs/consuming.md shows how to read it.',
  ),
  inbox: channelOf(
    inbox,
    inboxMessages,
    'A way in',
    'Other services bring interactions here: CloudEvents 1.0, in binary or structured mode. docs/inbox.md has the rules.',
  ),
  refused: channelOf(
    refused,
    refusedMessages,
    'What was not taken',
    'What came by the inbox and is not as it must be, as it came, with why.',
  ),
};

const info = {
  title: 'Throughline',
  version: '0.1.0',
  description: 'Every interaction with your customers, one timeline each: as events over Kafka.',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

const servers = {
  kafka: {
    host: '{broker}',
    protocol: 'kafka',
    description: 'The brokers of KAFKA_BROKERS.',
    variables: { broker: { default: '127.0.0.1:9092', description: 'Any of them.' } },
  },
};

const document = {
  asyncapi: '3.0.0',
  info,
  defaultContentType: 'application/json',
  servers,
  channels,
  operations: {
    sendEvents: operationOf('send', 'ledger', ledgerMessages, 'The relay sends what is in the ledger, in its order.'),
    receiveInteractions: {
      ...operationOf('receive', 'inbox', inboxMessages, 'Capture takes what others bring.'),
      bindings: { kafka: { groupId: { type: 'string', enum: [group] }, bindingVersion: '0.5.0' } },
    },
    sendRefusals: operationOf('send', 'refused', refusedMessages, 'Capture says what it did not take, and why.'),
  },
  components: {
    messages: { ...ledgerMessages, ...inboxMessages, ...refusedMessages },
    schemas: { ledgerHeaders, ...eventPayloads, Interaction: interactionSchema },
  },
};

/** The AsyncAPI document of all topics, made from the schemas that the code runs on. */
export const asyncApi = (): Promise<string> => format(JSON.stringify(document), { parser: 'json', printWidth: 120 });
