import { describe, expect, it } from '@jest/globals';
import type { Client } from '@throughline/postgres';
import { idOf } from '../../test/known.ts';
import { closeQuiet, tellDue } from './deadline.reactor.ts';

describe('what is due for several tenants', () => {
  const rows = ['first', 'faulty', 'last'].map((tenant) => ({ tenant, matter: idOf('a'), position: 7n }));
  const db = { query: async () => ({ rows, rowCount: rows.length, command: 'SELECT' }) } as unknown as Client;

  it.each([
    ['told', tellDue],
    ['closed', closeQuiet],
  ] as const)('is %s for the others where one of them throws, and that is told', async (_, due) => {
    const asked: string[] = [];
    const ask = async (tenant: string) => {
      asked.push(tenant);
      if (tenant === 'faulty') throw new TypeError('a row is not as it should be');
      return [];
    };
    await expect(due({ ask }, db, new Date())).rejects.toThrow(TypeError);
    expect(asked).toEqual(['first', 'faulty', 'last']);
  });
});
