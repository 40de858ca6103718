import type { Client } from '@throughline/postgres';

/** Runs queries that all see the database as it is at the first of them: rows that change meanwhile would be missed, or seen twice. */
export const inOneView = async <T>(client: Client, query: () => Promise<T>): Promise<T> => {
  await client.query('begin isolation level repeatable read read only');
  try {
    return await query();
  } finally {
    await client.query('commit');
  }
};
