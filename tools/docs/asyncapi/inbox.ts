import { interaction, type InteractionInput } from '@throughline/contracts';
import { z } from 'zod';
import { binaryHeaders, refusedHeaders, structuredHeaders } from './headers.ts';
import { type Schema, taken } from './schema.ts';

const brought: InteractionInput = {
  source: 'acme-helpdesk',
  key: 'ticket-17/comment-3',
  channel: 'email',
  direction: 'inbound',
  kind: 'support',
  occurredAt: '2026-05-04T09:30:00Z',
  conversation: 'ticket-17',
  subject: 'Broken screen',
  text: 'It cracked.',
  participants: [
    { role: 'customer', handle: 'email:ann@example.com', name: 'Ann Lee' },
    { role: 'agent', handle: 'email:bo@acme.example' },
  ],
};
const attributes = { specversion: '1.0', id: '7c9e', source: '/acme/helpdesk', type: 'Interaction', tenant: 'default' };
const inHeaders = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));

/** The schema of what is brought: the body of `POST /v1/interactions`. */
export const interactionSchema: Schema = taken(
  z.toJSONSchema(interaction, { io: 'input', target: 'draft-7', unrepresentable: 'any' }),
);

const key = {
  type: 'string',
  description: 'Yours. What has the same key is taken in its order: the conversation is a good one.',
};
const bindings = { kafka: { key, bindingVersion: '0.5.0' } };

const body = { $ref: '#/components/schemas/Interaction' };

const envelope: Schema = {
  type: 'object',
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1 },
    source: { type: 'string', pattern: '^[\\x21-\\x7e]{1,250}$' },
    type: { type: 'string', minLength: 1 },
    tenant: { type: 'string', default: 'default' },
    datacontenttype: { type: 'string', pattern: '^application/json' },
    data: body,
  },
  required: ['specversion', 'id', 'source', 'type', 'data'],
};

/** What others may send to the inbox. */
export const inboxMessages = {
  InteractionBinary: {
    name: 'InteractionBinary',
    title: 'An interaction, in binary mode',
    summary: 'The body of `POST /v1/interactions` with a CloudEvent’s attributes as headers.',
    contentType: 'application/json',
    headers: binaryHeaders,
    payload: body,
    bindings,
    examples: [{ name: 'binary', headers: { ...inHeaders, 'content-type': 'application/json' }, payload: brought }],
  },
  InteractionStructured: {
    name: 'InteractionStructured',
    title: 'An interaction, in structured mode',
    summary: 'The same as one JSON text.',
    contentType: 'application/cloudevents+json',
    headers: structuredHeaders,
    payload: envelope,
    bindings,
    examples: [
      {
        name: 'structured',
        headers: { 'content-type': 'application/cloudevents+json' },
        payload: { ...attributes, data: brought },
      },
    ],
  },
};

/** What comes of a record that is not taken. */
export const refusedMessages = {
  Refusal: {
    name: 'Refusal',
    title: 'What was not taken',
    summary: 'The record as it came, key, bytes and headers, with why and where it lay.',
    headers: refusedHeaders,
    bindings: { kafka: { key: { description: 'As it came.' }, bindingVersion: '0.5.0' } },
  },
};
