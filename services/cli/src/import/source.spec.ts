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

  it('is not parted by what stands within quotes', async () =>
    expect(await records('"a;b;c;d",id\nx,1\n')).toEqual([{ 'a;b;c;d': 'x', id: '1' }]));
});
