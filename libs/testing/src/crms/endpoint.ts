import { createHmac } from 'node:crypto';
import { type Asked, Fake, Refusing, type Rules, type Says } from './fake.ts';

type Told = { readonly is?: string; readonly what?: string; readonly from?: string };
type Stored = { id: string; ref: string; contact: string; record: Told; made: number };

export const signingKey = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A helpdesk of one's own: contacts by address, records by `POST /records` (twice is two), a search that lags. */
type Contact = { readonly id: string; readonly mail: string; gone?: boolean; readonly fields?: object };
type Options = { secret?: string; lagMs?: number; journal?: string; people?: readonly Contact[] };

export const fakeEndpoint = ({ secret = signingKey, lagMs = 0, journal, people = [] }: Options = {}) => {
  const contacts: Contact[] = [...people];
  const records: Stored[] = [];
  const state = { secret, lagMs, remembers: true };

  const verified = ({ headers, text }: Asked): void => {
    const [id, at] = [headers['webhook-id'], headers['webhook-timestamp']];
    const key = Buffer.from(state.secret.replace('whsec_', ''), 'base64');
    const wanted = createHmac('sha256', key)
      .update(`${String(id)}.${String(at)}.${text}`)
      .digest('base64');
    // What is read from the journal was fresh once.
    const isFresh = state.remembers || Math.abs(Date.now() / 1_000 - Number(at)) < 300;
    if (headers['webhook-signature'] !== `v1,${wanted}` || !isFresh)
      throw new Refusing({ status: 401, body: { error: 'signature' } });
  };

  const write = (asked: Asked, id?: string): Says => {
    verified(asked);
    const { ref, contact, record } = asked.body as { ref: string; contact: string; record: Told };
    if (!contacts.some((one) => one.id === contact && !one.gone))
      throw new Refusing({ status: 404, body: { error: 'no such contact' } });
    if (record.what === 'refused') return { status: 200, body: { status: 'error', message: 'We do not take this' } };
    const known = records.find((one) => one.id === id);
    if (known) Object.assign(known, { ref, contact, record });
    else records.push({ id: String(records.length + 1), ref, contact, record, made: Date.now() });
    return { status: known ? 200 : 201, body: { data: { id: known?.id ?? String(records.length) } } };
  };

  const rules: Rules = {
    writes: ({ method, path }) => method !== 'GET' && path.startsWith('/records'),
    answer: (asked) => {
      const { method, path, query } = asked;
      if (method === 'GET' && path === '/contacts')
        return {
          status: 200,
          body: { found: contacts.filter(({ mail, gone }) => mail === query.get('mail') && !gone) },
        };
      if (method === 'GET' && path === '/records') {
        const hits = records.filter(({ ref, made }) => ref === query.get('ref') && made + state.lagMs <= Date.now());
        return { status: 200, body: { found: hits.map(({ id }) => ({ id })) } };
      }
      const contact = /^\/contacts\/(\w+)$/.exec(path)?.[1];
      if (method === 'GET' && contact) {
        const one = contacts.find(({ id, gone }) => id === contact && !gone);
        return one ? { status: 200, body: one.fields ?? {} } : { status: 404, body: { error: 'no such contact' } };
      }
      if (method === 'POST' && path === '/records') return write(asked);
      const record = /^\/records\/(\w+)$/.exec(path)?.[1];
      if (method === 'PUT' && record) return write(asked, record);
      return { status: 404, body: { error: 'no such address' } };
    },
  };

  /** What a connection to it sets. */
  const settings = {
    contact: { method: 'GET', path: '/contacts', query: { mail: '{{value}}' }, items: '/found' },
    find: { method: 'GET', path: '/records', query: { ref: '{{record.reference}}' }, items: '/found' },
    create: {
      method: 'POST',
      path: '/records',
      body: { ref: '{{record.reference}}', contact: '{{contact}}', record: '{{record}}' },
    },
    update: {
      method: 'PUT',
      path: '/records/{{remote}}',
      body: { ref: '{{record.reference}}', contact: '{{contact}}', record: '{{record}}' },
    },
    id: '/data/id',
    context: {
      method: 'GET',
      path: '/contacts/{{contact}}',
      fields: { ownerEmail: '/owner/mail', ownerName: '/owner/name', tier: '/tier', value: '/value' },
    },
    settlesWithinMs: 0,
  };
  const fake = new Fake(rules, journal);
  state.remembers = false;
  return { fake, contacts, records, state, settings };
};
