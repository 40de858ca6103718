import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { interaction } from '@throughline/contracts';
import { describe, expect, it } from '@jest/globals';
import { applyMapping, asItIs, mappingOf, type Mapped } from './mapping.ts';
import { type Item, itemsOf } from './source.ts';

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

const mapped = async (data: string, map: string): Promise<Mapped[]> => {
  const mapping = await mappingOf(example(map));
  const format = data.endsWith('.csv') ? 'csv' : 'json';
  const size = (await readFile(example(data))).length;
  const items: Item[] = await Array.fromAsync(itemsOf({ path: example(data), format, size }));
  const records = items.filter((item) => item.is === 'record');
  return (await Promise.all(records.map((item) => applyMapping(item, mapping, true)))).flat();
};

const bodies = (all: readonly Mapped[]) =>
  all.map((one) => (one.is === 'interaction' ? interaction.parse(one.body) : fail(one)));
const fail = (one: Mapped): never => {
  throw new Error(JSON.stringify(one));
};

describe('the mapping of support dialogues', () => {
  it('turns every message and the last answer into interactions', async () => {
    const all = bodies(await mapped('support-dialogues.json', 'support-dialogues.jsonata'));
    expect(all.map(({ key, direction }) => [key, direction])).toEqual([
      ['s-1/9001', 'inbound'],
      ['s-1/9002', 'outbound'],
      ['s-1/9003', 'outbound'],
      ['s-2/9010', 'inbound'],
    ]);
    expect(all[2]).toMatchObject({ occurredAt: '2026-04-01T18:58:27Z', backfill: true, conversation: 's-1' });
    expect(all[1]?.participants.map(({ handle }) => handle)).toEqual(['twitter:LampHelp', 'twitter:nora_reads']);
    expect(all[1]?.participants[1]?.account).toEqual({ key: 'LampHelp', name: 'LampHelp' });
  });
});

describe('the mapping of a ticket export', () => {
  it('turns every row into an interaction', async () => {
    const all = bodies(await mapped('tickets.csv', 'tickets.jsonata'));
    expect(all.map(({ key, direction, participants }) => [key, direction, participants.length])).toEqual([
      ['ticket-17/comment-1', 'inbound', 2],
      ['ticket-17/comment-2', 'outbound', 2],
      ['ticket-18/comment-1', 'inbound', 2],
    ]);
    expect(all[2]?.text).toBe('Where is the invoice of April?\nWe close our books today.');
    expect(all[1]?.participants.map(({ role }) => role)).toEqual(['customer', 'agent']);
  });
});

describe('a record that a mapping cannot turn', () => {
  const item = { is: 'record', from: 'x.json#/0', bytes: 1, record: { a: 1 } } as const;

  it('is rejected where nothing comes of it, and says so', async () =>
    expect(await applyMapping(item, () => Promise.resolve([]), true)).toEqual([
      { is: 'rejected', from: 'x.json#/0', reason: 'the mapping yields nothing for it' },
    ]));

  const told = (reason: string) => new RegExp(`^is no interaction \\(.*${reason}.*\\); --map FILE`);
  it.each([
    [{ id: '17', subject: 'Hi', direction: 'in' }, '/direction is not one of inbound, outbound, internal'],
    [{ id: '17', subject: 'Hi', direction: 'in' }, '/source is missing; /key is missing; /channel is missing'],
    [{ id: '17', subject: 'Hi', direction: 'in' }, 'it has what is not known here: id'],
    [17, 'it is not an object'],
    [null, 'it is not an object'],
  ])('is rejected field by field where there is no mapping, with a word about --map: %j', async (record, reason) =>
    expect(await applyMapping({ ...item, record }, asItIs, true)).toMatchObject([
      { is: 'rejected', from: 'x.json#/0', reason: expect.stringMatching(told(reason)) },
    ]),
  );

  it('is rejected where the expression fails', async () => {
    const [answer] = await applyMapping(item, () => Promise.reject(new Error('no such function')), true);
    expect(answer).toMatchObject({ is: 'rejected', reason: 'the mapping fails: no such function' });
  });

  it('keeps its own word on being history', async () => {
    const whole = (record: unknown) => Promise.resolve([record]);
    const live = { ...item, record: { backfill: false } };
    expect(await applyMapping(live, whole, true)).toMatchObject([{ body: { backfill: false } }]);
    expect(await applyMapping(live, whole, false)).toMatchObject([{ body: { backfill: false } }]);
    expect(await applyMapping(item, whole, true)).toMatchObject([{ body: { backfill: true } }]);
  });
});

describe('a mapping that cannot be read', () => {
  it('is named', () => expect(mappingOf('/nowhere/x.jsonata')).rejects.toThrow('there is no file /nowhere/x.jsonata'));
});
