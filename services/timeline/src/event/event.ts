import type { EventName, Recorded } from '@throughline/contracts';
import { plainInstant } from '../instant.ts';

/** An event as the tail answers it: CloudEvents 1.0, JSON mode. */
export type CloudEvent = {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: EventName;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly position: number;
  readonly recordedat: string;
  readonly stream: string;
  readonly streamversion: number;
  readonly actor: string;
  readonly causation?: string;
  readonly correlation?: string;
  readonly traceparent?: string;
  readonly erased?: true;
  readonly expired?: true;
  readonly sealed?: true;
  readonly data: unknown;
};

/** An opened event as a CloudEvent; the data of a captured interaction has the fields of the body that captured it. */
export const cloudEventOf = (event: Recorded): CloudEvent => ({
  specversion: '1.0',
  id: event.id,
  source: `/throughline/${event.tenant}/${event.stream}`,
  type: event.type,
  subject: event.stream,
  time: plainInstant(event.occurredAt),
  datacontenttype: 'application/json',
  position: Number(event.position),
  recordedat: event.recordedAt,
  stream: event.stream,
  streamversion: event.version,
  actor: event.meta.actor,
  causation: event.meta.causation,
  correlation: event.meta.correlation,
  traceparent: event.meta.traceparent,
  ...(event.erased && { erased: true as const }),
  ...(event.expired && { expired: true as const }),
  ...(event.sealed && { sealed: true as const }),
  data: event.type === 'InteractionCaptured' ? bodyOf(event) : event.data,
});

/** What a caller declared, put together again; what is erased or expired is absent. */
const bodyOf = ({ data, occurredAt }: Recorded<'InteractionCaptured'>) => {
  const { author: _, conversation: __, declared, participants, mentions: ___, ...same } = data;
  return {
    ...same,
    ...declared,
    occurredAt: plainInstant(occurredAt),
    participants: participants.map(({ role, handle, name, account, also }) => ({
      role,
      handle,
      name,
      account: account?.key === undefined ? undefined : { key: account.key, name: account.name },
      also: also?.map((other) => ({ handle: other.handle, verified: other.verified })),
    })),
  };
};
