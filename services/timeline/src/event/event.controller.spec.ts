import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { interaction, streamOf } from '@throughline/contracts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { CloudEvent } from './event.ts';

const tenant = 'one';
let on: Served;
let conversation: string;
beforeAll(async () => {
  on = await served();
  conversation = on.vault.conversationId(tenant, 'acme-helpdesk', 'ticket-17');
}, 60_000);
afterAll(() => on.close());

const read = async (query: string, of = tenant): Promise<CloudEvent[]> => {
  const response = await fetch(on.urlOf(`/v1/events${query}`), { headers: { 'x-tenant': of } });
  expect(response.headers.get('content-type')).toMatch('application/x-ndjson');
  const text = await response.text();
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as CloudEvent); // prettier-ignore
};

describe('the event stream', () => {
  it('tells a captured interaction with the fields of the body that captured it', async () => {
    const body = {
      source: 'acme-helpdesk',
      key: 'ticket-17/comment-3',
      channel: 'email',
      direction: 'inbound',
      kind: 'support',
      occurredAt: '2026-05-04T09:30:00.5Z',
      conversation: 'ticket-17',
      intent: 'hardware.screen',
      subject: 'Broken screen',
      text: 'It cracked.',
      quoted: 'Is it whole?',
      participants: [
        {
          role: 'customer',
          handle: 'email:ann@example.com',
          name: 'Ann Lee',
          account: { key: 'acme', name: 'Acme Ltd' },
          also: [{ handle: 'tel:+14155550100', verified: true }],
        },
        { role: 'agent', handle: 'email:bo@acme.example' },
      ],
      attachments: [{ name: 'screen.jpg', mediaType: 'image/jpeg', size: 48_213 }],
      details: { anything: { the: ['provider', 'says'] } },
      automatic: true,
      backfill: true,
      mentions: ['ticket-16'],
    } as const;
    expect(interaction.safeParse(body).error).toBeUndefined();
    const { key, conversation: declared, mentions, occurredAt, participants, ...same } = body;
    const id = randomUUID();
    const sealedParty = (handle: string) => ({ id: on.vault.handleId(tenant, handle), handle });
    await on.append(tenant, streamOf.conversation(conversation), [
      event(
        'InteractionCaptured',
        {
          ...same,
          attachments: [...same.attachments],
          conversation,
          mentions: [on.vault.conversationId(tenant, 'acme-helpdesk', 'ticket-16')],
          author: 0,
          participants: participants.map((one) => ({
            ...one,
            ...sealedParty(one.handle),
            ...('account' in one && { account: { ...one.account, id: on.vault.accountId(tenant, 'acme') } }),
            ...('also' in one && { also: one.also.map(({ handle }) => ({ ...sealedParty(handle), verified: true })) }),
          })) as never,
          declared: { key, conversation: declared, mentions: [...mentions] },
        },
        { id, occurredAt },
      ),
    ]);
    expect(await read('')).toEqual([
      {
        specversion: '1.0',
        id,
        source: `/throughline/${tenant}/conversation-${conversation}`,
        type: 'InteractionCaptured',
        subject: `conversation-${conversation}`,
        time: '2026-05-04T09:30:00.5Z',
        datacontenttype: 'application/json',
        position: 1,
        recordedat: expect.any(String),
        stream: `conversation-${conversation}`,
        streamversion: 1,
        actor: 'spec',
        data: body,
      },
    ]);
  });

  it('is in position order, from a position, of some types, and of so many', async () => {
    await on.say(
      tenant,
      ...Array.from({ length: 1_203 }, (_, n) => ({
        at: '2026-05-04T00:00:00Z',
        from: 'email:a@b.example',
        text: String(n),
      })),
    );
    await on.append(tenant, streamOf.conversation(conversation), [
      event('SessionEnded', { conversation, session: 1, by: 'hand', at: '2026-05-04T00:00:00Z' }),
    ]);
    const all = await read('');
    expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 1_205 }, (_, n) => n + 1));
    expect((await read('?after=1200')).map(({ position }) => position)).toEqual([1201, 1202, 1203, 1204, 1205]);
    expect((await read('?after=2&limit=3')).map(({ position }) => position)).toEqual([3, 4, 5]);
    expect((await read('?type=SessionEnded')).map(({ position }) => position)).toEqual([1205]);
    expect(await read('?after=1205')).toEqual([]);
  });

  it('shows nothing of another tenant', async () => expect(await read('', 'other')).toEqual([]));

  it('goes on with what is to come where asked to', async () => {
    const ending = new AbortController();
    const after = await on.ledger.head();
    // Its headers come with the first event.
    const answered = fetch(on.urlOf(`/v1/events?follow=true&after=${after}`), {
      headers: { 'x-tenant': tenant },
      signal: ending.signal,
    });
    await on.say(tenant, { at: '2026-05-04T00:00:00Z', from: 'email:a@b.example', text: 'later' });
    const texts = (await answered).body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    const { value } = await texts.next();
    expect(JSON.parse(value!)).toMatchObject({ data: { text: 'later' } });
    ending.abort();
  });

  it.each(['', '&follow=true'])('refuses to go on after what the ledger does not reach%s', async (more) => {
    const { status, body } = await on.get<{ detail: string }>(tenant, `/v1/events?after=1000000${more}`);
    expect([status, body.detail]).toEqual([422, expect.stringMatching(/no event at 1000000: the ledger ends at \d+/)]);
  });

  it.each(['after=-1', 'type=Nonsense', 'follow=perhaps', 'limit=0'])('refuses %s by name', async (query) => {
    const { status, body } = await on.get<{ errors: { pointer: string }[] }>(tenant, `/v1/events?${query}`);
    expect({ status, pointer: body.errors[0]?.pointer.split('/')[1] }).toEqual({
      status: 400,
      pointer: query.split('=')[0],
    });
  });
});
