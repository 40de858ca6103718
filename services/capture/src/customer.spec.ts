import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Recorded } from '@throughline/contracts';
import { handlesOf, linksOf } from '@throughline/identity';
import { eventually } from '@throughline/testing';
import { said } from '../test/said.ts';
import { served, type Served } from '../test/served.ts';

let on: Served;
beforeAll(async () => {
  on = await served();
  await on.ask('/v1/tenants', { json: { name: 'other' } });
});
afterAll(() => on.close());

let nth = 0;
/** A customer that nobody knew before, and the interaction that told of them. */
const customer = async (also?: { handle: string; verified: boolean }[]) => {
  const handle = `email:c${(nth += 1)}@firm.example`;
  const declared = said({ participants: [{ role: 'customer', handle, also }] });
  const { body } = await on.ask('/v1/interactions', { json: declared });
  return {
    handle,
    id: on.vault.handleId('default', handle),
    interaction: body.id,
    position: body.position,
  };
};
const one = async <Name extends Recorded['type']>(id: string) =>
  (await on.events()).find((event) => event.id === id) as Recorded<Name>;
const handles = (id: string) => on.db.asTenant('default', (client) => handlesOf(client, 'default', id));
const foreign = { 'x-tenant': 'other' };

describe('a note', () => {
  it('is written about a customer that was told of just now', async () => {
    const { id } = await customer();
    const json = { discussed: 'The screen.', nextStep: { what: 'Send one', owner: 'email:bo@acme.example' } };
    const { status, body } = await on.ask(`/v1/customers/${id}/notes`, { json, headers: { 'x-actor': 'bo' } });
    expect([status, body]).toEqual([201, { id: expect.any(String), event: body.id, position: expect.any(Number) }]);
    const event = await one<'NoteWritten'>(body.event);
    expect(event).toMatchObject({ stream: `handle-${id}`, meta: { actor: 'bo' }, data: { subject: id, ...json, nextStep: { what: 'Send one', owner: { handle: 'email:bo@acme.example' } } } }); // prettier-ignore
    const [stored] = await on.ledger.tail(BigInt(body.position) - 1n, { limit: 1 });
    expect(stored!.data).not.toMatch(/screen|Send one|bo@acme/i);
  });

  it('is written once under one Idempotency-Key, and is another under the same one refused', async () => {
    const { id } = await customer();
    const headers = { 'idempotency-key': 'note-1' };
    const [first, again] = [await on.ask(`/v1/customers/${id}/notes`, { json: { text: 'a' }, headers }), await on.ask(`/v1/customers/${id}/notes`, { json: { text: 'a' }, headers })]; // prettier-ignore
    expect(again.body).toEqual(first.body);
    expect((await on.ask(`/v1/customers/${id}/notes`, { json: { text: 'b' }, headers })).status).toBe(409);
    expect((await on.ask(`/v1/customers/${id}/notes`, { json: { text: 'a' } })).body.id).not.toBe(first.body.id);
  });

  it.each([
    [{}, 422],
    [{ text: 'a\0' }, 422],
    [{ txt: 'a' }, 422],
  ])('that says nothing or something else is refused: %j', async (json, status) => {
    const { id } = await customer();
    expect((await on.ask(`/v1/customers/${id}/notes`, { json })).status).toBe(status);
  });

  it('is not written about nobody', async () => {
    expect((await on.ask(`/v1/customers/${randomUUID()}/notes`, { json: { text: 'a' } })).body.code).toBe(
      'CustomerUnknown',
    );
    expect((await on.ask('/v1/customers/ann/notes', { json: { text: 'a' } })).status).toBe(400);
  });
});

describe('a link', () => {
  it('joins a handle to a customer by hand, and parts them again', async () => {
    const { id, handle } = await customer();
    const other = await customer();
    const linked = await on.ask(`/v1/customers/${id}/links`, {
      json: { handle: other.handle.toUpperCase().replace('EMAIL', 'email') },
    });
    expect([linked.status, linked.body]).toEqual([201, { id: expect.any(String), event: expect.any(String), position: expect.any(Number) }]); // prettier-ignore
    await eventually(async () => expect(await handles(id)).toEqual([id, other.id]));
    expect((await on.ask(`/v1/customers/${id}/links`, { json: { handle: other.handle } })).body).toEqual(linked.body);
    const parted = await on.ask(`/v1/customers/${id}/links/${linked.body.id}`, {
      method: 'DELETE',
      json: { reason: `not ${handle}` },
    });
    expect(parted.status).toBe(200);
    await eventually(async () => expect(await handles(id)).toEqual([id]));
    expect((await one<'LinkRetracted'>(parted.body.event)).data.reason).toBe(`not ${handle}`);
    const twice = await on.ask(`/v1/customers/${id}/links/${linked.body.id}`, { method: 'DELETE' });
    expect([twice.status, twice.body.code]).toEqual([409, 'LinkRetracted']);
  });

  it('of verified evidence is told once, whatever brings it again; and never after it was retracted', async () => {
    const also = [{ handle: `tel:+4420794609${50 + nth}`, verified: true }];
    const { id, handle } = await customer(also);
    const told = async () =>
      (await on.events()).filter(
        (event): event is Recorded<'HandlesLinked'> => event.type === 'HandlesLinked' && event.data.a.id === id,
      );
    await eventually(async () => expect(await told()).toHaveLength(1));
    expect((await told())[0]).toMatchObject({
      data: { a: { handle }, b: { handle: also[0]!.handle }, rule: 'declared', confidence: 1 },
    });
    const link = (await told())[0]!.data.link;
    const { status } = await on.ask(`/v1/customers/${id}/links/${link}`, { method: 'DELETE' });
    expect(status).toBe(200);
    const again = await on.ask('/v1/interactions', {
      json: said({ participants: [{ role: 'customer', handle, also }] }),
    });
    await eventually(async () => {
      expect(on.reactors.running[0]!.following.position()).toBeGreaterThanOrEqual(BigInt(again.body.position));
      expect(on.identity.position()).toBeGreaterThanOrEqual(BigInt(again.body.position));
    });
    expect(await told()).toHaveLength(1);
    expect(await handles(id)).toEqual([id]);
    const links = await on.db.asTenant('default', (client) => linksOf(client, 'default', id));
    expect(links).toMatchObject([{ link, state: 'retracted' }]);
  });

  it('of what is no evidence is not told', async () => {
    await on.ask('/v1/own-addresses', { json: { domain: 'acme.example' } });
    const { id, position } = await customer([
      { handle: 'email:info@firm.example', verified: true },
      { handle: 'email:bo@acme.example', verified: true },
      { handle: 'app:7', verified: false },
    ]);
    await eventually(() =>
      expect(on.reactors.running[0]!.following.position()).toBeGreaterThanOrEqual(BigInt(position)),
    );
    expect((await on.events()).filter((event) => event.type === 'HandlesLinked' && event.data.a.id === id)).toEqual([]);
    await eventually(async () => expect(await handles(id)).toEqual([id]));
  });

  it('is the same when it is asked again, though the customer has another id by then', async () => {
    const [older, younger] = [await customer(), await customer()];
    const link = () => on.ask(`/v1/customers/${younger.id}/links`, { json: { handle: older.handle } });
    const linked = await link();
    await eventually(async () => expect(await handles(older.id)).toEqual([older.id, younger.id]));
    expect((await link()).body).toEqual(linked.body);
    const headers = { 'idempotency-key': 'retract-younger' };
    const part = () => on.ask(`/v1/customers/${younger.id}/links/${linked.body.id}`, { method: 'DELETE', headers });
    const parted = await part();
    await eventually(async () => expect(await handles(younger.id)).toEqual([younger.id]));
    expect([parted.status, (await part()).body]).toEqual([200, parted.body]);
  });

  it('is refused to itself, to no handle, for nobody, and with words that it has no place for', async () => {
    const { id, handle } = await customer();
    const link = (json: object, to = id) => on.ask(`/v1/customers/${to}/links`, { json });
    expect((await link({ handle })).body.code).toBe('LinkToItself');
    expect((await link({ handle: 'ann' })).body).toMatchObject({
      code: 'HandleInvalid',
      errors: [{ pointer: '/handle' }],
    });
    expect((await link({ handle: 'app:1' }, randomUUID())).status).toBe(404);
    expect((await link({ handle: 'app:1', why: 'x' })).status).toBe(422);
    expect((await on.ask(`/v1/customers/${id}/links/${randomUUID()}`, { method: 'DELETE' })).body.code).toBe(
      'LinkUnknown',
    );
  });

  it('of one customer is not retracted by way of another', async () => {
    const [mine, theirs] = [await customer(), await customer()];
    const { body } = await on.ask(`/v1/customers/${mine.id}/links`, { json: { handle: `app:${mine.id}` } });
    expect((await on.ask(`/v1/customers/${theirs.id}/links/${body.id}`, { method: 'DELETE' })).status).toBe(404);
    const headers = { 'idempotency-key': 'retract-1' };
    const path = `/v1/customers/${mine.id}/links/${body.id}`;
    const [first, again] = [
      await on.ask(path, { method: 'DELETE', headers }),
      await on.ask(path, { method: 'DELETE', headers }),
    ];
    expect([first.status, again.body]).toEqual([200, first.body]);
  });
});

describe('an interaction', () => {
  it('is reclassified once, at once after it was captured', async () => {
    const { interaction } = await customer();
    const path = `/v1/interactions/${interaction}/kind`;
    const [first, again] = [
      await on.ask(path, { json: { kind: 'sales' } }),
      await on.ask(path, { json: { kind: 'sales' } }),
    ];
    expect([first.status, again.body]).toEqual([200, first.body]);
    expect((await one<'InteractionAmended'>(first.body.event)).data).toMatchObject({
      interaction,
      change: 'kind',
      kind: 'sales',
    });
    expect((await on.ask(path, { json: { kind: 'fun' } })).body.errors).toMatchObject([{ pointer: '/kind' }]);
  });

  it('that is of a kind already answers with itself', async () => {
    const { body } = await on.ask('/v1/interactions', { json: said({ kind: 'support' }) });
    const { body: same } = await on.ask(`/v1/interactions/${body.id}/kind`, { json: { kind: 'support' } });
    expect(same).toEqual({ event: body.id, position: body.position });
  });

  it('is edited and withdrawn, its words sealed for whose they were', async () => {
    const { id, interaction } = await customer();
    const path = `/v1/interactions/${interaction}/amendments`;
    const { body } = await on.ask(path, { json: { change: 'edited', text: 'It shattered.' } });
    expect((await one<'InteractionAmended'>(body.event)).data).toMatchObject({ owners: [id], text: 'It shattered.' });
    const [stored] = await on.ledger.tail(BigInt(body.position) - 1n, { limit: 1 });
    expect(stored!.data).not.toMatch(/shattered/);
    const withdrawn = await on.ask(path, { json: { change: 'withdrawn' } });
    expect((await on.ask(path, { json: { change: 'withdrawn' } })).body).toEqual(withdrawn.body);
    expect((await on.ask(path, { json: { change: 'edited', text: 'x' } })).body.code).toBe('InteractionWithdrawn');
    expect((await on.ask(path, { json: { change: 'edited' } })).status).toBe(422);
  });

  it('is amended only where there is one', async () => {
    expect((await on.ask(`/v1/interactions/${randomUUID()}/kind`, { json: { kind: 'sales' } })).body.code).toBe(
      'InteractionUnknown',
    );
    const { body } = await on.ask('/v1/interactions', { json: said({ kind: 'support' }) });
    const { body: amended } = await on.ask(`/v1/interactions/${body.id}/kind`, { json: { kind: 'sales' } });
    expect((await on.ask(`/v1/interactions/${amended.event}/kind`, { json: { kind: 'sales' } })).status).toBe(404);
  });
});

describe('a conversation', () => {
  const conversationOf = async (id: string) => (await one<'InteractionCaptured'>(id)).data.conversation;

  it('ends once, and again after something was said', async () => {
    const { body: first } = await on.ask('/v1/interactions', { json: said({ conversation: 'talk' }) });
    const path = `/v1/conversations/${await conversationOf(first.id)}/end`;
    const ended = await on.ask(path, { json: { outcome: 'resolved' } });
    expect((await one<'SessionEnded'>(ended.body.event)).data).toMatchObject({
      session: 1,
      by: 'hand',
      outcome: 'resolved',
    });
    expect((await on.ask(path, { method: 'POST' })).body).toEqual(ended.body);
    await on.ask('/v1/interactions', { json: said({ conversation: 'talk' }) });
    const headers = { 'idempotency-key': 'end-2' };
    const second = await on.ask(path, { method: 'POST', headers });
    expect((await one<'SessionEnded'>(second.body.event)).data.session).toBe(2);
    expect((await on.ask(path, { method: 'POST', headers })).body).toEqual(second.body);
    expect((await on.ask(path, { json: { outcome: 'a\nb' } })).status).toBe(422);
  });

  it('that was joined into another ends as one', async () => {
    const mail = (key: string, mentions: string[]) => on.ask('/v1/interactions', { json: said({ channel: 'email', key, conversation: key, mentions }) }); // prettier-ignore
    const [one, two] = [await mail('m1', ['m1']), await mail('m2', ['m2'])];
    await mail('m3', ['m3', 'm1', 'm2']);
    const [older, younger] = [await conversationOf(one.body.id), await conversationOf(two.body.id)];
    await eventually(async () => expect((await on.events()).some((event) => event.type === 'ConversationsJoined' && event.data.from === younger)).toBe(true)); // prettier-ignore
    await eventually(async () => {
      const { body } = await on.ask(`/v1/conversations/${younger}/end`, { method: 'POST' });
      expect((await on.events()).find(({ id }) => id === body.event)).toMatchObject({ stream: `conversation-${older}`, data: { conversation: older } }); // prettier-ignore
    });
  });

  it('that nobody had does not end', async () =>
    expect((await on.ask(`/v1/conversations/${randomUUID()}/end`, { method: 'POST' })).body.code).toBe(
      'ConversationUnknown',
    ));
});

describe('another tenant', () => {
  it('reaches nothing of this one', async () => {
    const { id, interaction } = await customer();
    const { body: link } = await on.ask(`/v1/customers/${id}/links`, { json: { handle: `app:${id}` } });
    const conversation = (await one<'InteractionCaptured'>(interaction)).data.conversation;
    const asked = [
      on.ask(`/v1/customers/${id}/notes`, { json: { text: 'a' }, headers: foreign }),
      on.ask(`/v1/customers/${id}/links`, { json: { handle: 'app:1' }, headers: foreign }),
      on.ask(`/v1/customers/${id}/links/${link.id}`, { method: 'DELETE', headers: foreign }),
      on.ask(`/v1/interactions/${interaction}/kind`, { json: { kind: 'sales' }, headers: foreign }),
      on.ask(`/v1/interactions/${interaction}/amendments`, { json: { change: 'withdrawn' }, headers: foreign }),
      on.ask(`/v1/conversations/${conversation}/end`, { method: 'POST', headers: foreign }),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(await on.events('other')).toEqual([]);
  });
});
