import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesOf, itemsOf } from './source.ts';

describe('a table', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'table-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const records = async (text: string, name = 'some.csv'): Promise<unknown[]> => {
    const path = join(folder, name);
    await writeFile(path, text);
    const [file] = await filesOf([path]);
    return (await Array.fromAsync(itemsOf(file!))).map((item) => (item.is === 'record' ? item.record : item));
  };

  it.each([
    ['commas', 'id,text\n1,"a,b;c"\n'],
    ['semicolons', '\uFEFF"id";"text"\r\n1;"a,b;c"\r\n'],
    ['tabs', 'id\ttext\n1\ta,b;c\n'],
    ['strokes', '\nid|text\n1|a,b;c\n'],
  ])('may have %s between its cells', async (_, text) =>
    expect(await records(text)).toEqual([{ id: '1', text: 'a,b;c' }]),
  );

  it('is told by .tsv as well', async () =>
    expect(await records('id\ttext\n1\tx\n', 'some.tsv')).toEqual([{ id: '1', text: 'x' }]));

  it('is read on after a line with too few or too many cells, which is said by its number', async () => {
    const text = 'id,from,text\n1,ann,Hi\n2,bo\n3,cy,"Hi\nyou"\n4,di,Hi,there\n5,eve,Bye\n';
    expect(await records(text)).toEqual([
      { id: '1', from: 'ann', text: 'Hi' },
      expect.objectContaining({
        is: 'unreadable', from: expect.stringMatching(/some\.csv:3$/), reason: 'has 2 cells, and the head line has 3',
      }),
      { id: '3', from: 'cy', text: 'Hi\nyou' },
      expect.objectContaining({
        from: expect.stringMatching(/some\.csv:6$/), reason: 'has 4 cells, and the head line has 3',
      }),
      { id: '5', from: 'eve', text: 'Bye' },
    ]); // prettier-ignore
  });

  it('says at which line it is none any more', async () =>
    expect((await records('id,text\n1,Hi\n2,"never closed\n3,x\n')).at(-1)).toMatchObject({
      is: 'unreadable',
      from: expect.stringMatching(/some\.csv:\d$/),
      reason: expect.stringContaining('is not CSV from here on'),
    }));

  it('is not parted by what stands within quotes', async () =>
    expect(await records('"a;b;c;d",id\nx,1\n')).toEqual([{ 'a;b;c;d': 'x', id: '1' }]));
});
