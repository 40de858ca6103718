import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { memoryLedger } from '@throughline/ledger';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import type { Decision } from '@throughline/decider';
import { type Link, linkByHand, type LinkEvent, linkNoun, retract } from './link/link.ts';
import { transact } from './transact.ts';

const a = randomUUID();
const b = randomUUID();
const link = randomUUID();
const pair = { link, a: { id: a }, b: { id: b } };
const ground = () => {
  const keys = memoryKeyStore();
  return { ledger: memoryLedger(), keys, vault: new Vault(keys), now: () => new Date() };
};
const ask = (decide: Decision<Link, LinkEvent>, id: string = randomUUID()) => ({
  tenant: 'acme',
  stream: 'handle-1',
  noun: linkNoun(link),
  hears: ['HandlesLinked', 'LinkRetracted'] as const,
  decide,
  id,
  actor: 'spec',
});

describe('a transaction', () => {
  it('appends what a decision yields, and answers no news with what said so before', async () => {
    const deps = ground();
    const first = await transact(deps, ask(linkByHand(pair)));
    expect(first).toEqual({ event: expect.any(String), position: 1n, isNews: true });
    expect(await transact(deps, ask(linkByHand(pair)))).toEqual({ ...first, isNews: false });
    expect(await deps.ledger.head()).toBe(1n);
  });

  it('answers the same request as it did, also after the state went on', async () => {
    const deps = ground();
    const data = { link, a, b, subject: a };
    const id = randomUUID();
    await transact(deps, ask(linkByHand(pair)));
    const first = await transact(deps, ask(retract(data), id));
    await transact(deps, ask(linkByHand(pair)));
    expect(await transact(deps, ask(retract(data), id))).toEqual({ ...first, isNews: false });
    expect(await deps.ledger.head()).toBe(3n);
  });

  it('refuses another request under the same id', async () => {
    const deps = ground();
    const id = randomUUID();
    await transact(deps, ask(linkByHand(pair), id));
    await expect(transact(deps, ask(retract({ link, a, b, subject: a }), id))).rejects.toMatchObject({
      code: 'IdReused',
    });
  });

  it('decides again where it lost a race: of many at once one is news', async () => {
    const deps = ground();
    const told = await Promise.all(Array.from({ length: 5 }, () => transact(deps, ask(linkByHand(pair)))));
    expect(told.filter((one) => one?.isNews)).toHaveLength(1);
    expect(new Set(told.map((one) => one?.position))).toEqual(new Set([1n]));
  });
});
