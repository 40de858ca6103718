import type { Schema } from './schema.ts';

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const whole = (description: string): Schema => text(description, { pattern: '^\\d{1,19}$' });

const fixed = { const: '1.0' };
const moment = { format: 'date-time' };
const json = { pattern: '^application/json' };

const schemaOf = (properties: Readonly<Record<string, Schema>>, ...optional: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

/** The headers of what the relay sends; numbers are decimal texts, all in UTF-8. */
export const ledgerHeaders: Schema = schemaOf(
  {
    ce_specversion: text('CloudEvents 1.0.', fixed),
    ce_id: text('The event’s id: the same fact has the same everywhere.', { format: 'uuid' }),
    ce_source: text('`/throughline/TENANT/STREAM`'),
    ce_type: text('The event’s name.'),
    ce_subject: text('The stream.'),
    ce_time: text('When it happened in the world (`occurredAt`).', moment),
    'content-type': text('What the value is; absent on a stub.', json),
    ce_dataref: text(
      'On a stub only: the event was too large for the broker. A GET of this path, as its tenant, answers with it.',
    ),
    traceparent: text('W3C trace context as it was when the event was made.'),
    position: whole('The event’s place in the whole ledger: 1, 2, 3 …'),
    stream: text('The events of one noun (one conversation, one handle …).'),
    'stream-version': whole('The event’s place in its stream: 1, 2, 3 …'),
    'recorded-at': text('When the ledger learnt of it; never goes backwards along positions.', moment),
    meta: text('A JSON text: `actor`, `causation`, `correlation`, `traceparent`, `schema`; absent on a stub.'),
    'ledger-epoch': whole('How often the ledger had been forked when the event was stored.'),
    'ledger-fork': text(
      'Which of the forks of this epoch: two restores of one dump are the same epoch. Absent where the event is older than these ids.',
      { format: 'uuid' },
    ),
    'relay-term': whole('Under which term of the relay it was sent.'),
    prev: whole(
      'The position that was sent to this partition before it; 0 for the first. Further than you are: a gap.',
    ),
    'ledger-prev': whole('The position before it in the whole ledger; 0 for the first.'),
  },
  'content-type',
  'ce_dataref',
  'traceparent',
  'meta',
  'ledger-fork',
);

/** The headers of an interaction that is brought in CloudEvents’ binary mode. */
export const binaryHeaders: Schema = schemaOf(
  {
    ce_specversion: text('CloudEvents 1.0.', fixed),
    ce_id: text('Yours. What makes an interaction the same is its `source` and `key`.', { minLength: 1 }),
    ce_source: text('Who brings it; the event’s `actor` is `inbox:` and this.', { pattern: '^[\\x21-\\x7e]{1,250}$' }),
    ce_type: text('Yours, such as `Interaction`.', { minLength: 1 }),
    ce_tenant: text('Whose interaction it is.', { default: 'default', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    'content-type': text('JSON.', json),
  },
  'ce_tenant',
  'content-type',
);

/** The header of an interaction that is brought in CloudEvents’ structured mode. */
export const structuredHeaders: Schema = schemaOf({
  'content-type': text('A CloudEvent as JSON.', { pattern: '^application/cloudevents\\+json' }),
});

/** The headers that a refusal has beside those that came. */
export const refusedHeaders: Schema = schemaOf({
  'refused-problem': text('Why: the problem (RFC 9457) that `POST /v1/interactions` answers with, as a JSON text.'),
  'refused-topic': text('The topic that it came by.'),
  'refused-partition': whole('The partition that it lay in.'),
  'refused-offset': whole(
    'Its offset there. One record can be refused twice, after a crash for instance: with the same partition and offset.',
  ),
  'refused-at': text('When.', moment),
});
