import type { DatabaseSync } from 'node:sqlite';

// A second: a write for somebody who was erased within it is refused by the ledger, and sealed again.
const freshFor = 1_000;

/**
 * Who is erased, as every process that shares the store of keys has told it. The list only grows, and is read on where it
 * ended; what another process told may be missed for a second, unless it is refreshed.
 */
export const erasedOwners = (db: DatabaseSync, now: () => number = () => performance.now()) => {
  const rest = db.prepare('select nth, tenant, owner from erased where nth > ? order by nth');
  const insert = db.prepare('insert into erased (tenant, owner) values (?, ?) on conflict do nothing');
  const known = new Set<string>();
  let upTo = 0;
  let freshUntil = Number.NEGATIVE_INFINITY;
  const name = (tenant: string, owner: string) => `${tenant}\n${owner}`;

  const refresh = (): void => {
    for (const row of rest.all(upTo) as { nth: number; tenant: string; owner: string }[]) {
      known.add(name(row.tenant, row.owner));
      upTo = row.nth;
    }
    freshUntil = now() + freshFor;
  };

  return {
    refresh,
    add: (tenant: string, owner: string): void => void insert.run(tenant, owner),
    has: (tenant: string, owner: string): boolean => {
      if (now() >= freshUntil) refresh();
      return known.has(name(tenant, owner));
    },
  };
};
