import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wholeLedger } from '@throughline/feed';
import { type SpecDatabase, specDatabase } from '../test/database.ts';
import { replaced, scripted, storedEvent, tables } from '../test/scripted.ts';
import { knownProjections, livePosition } from './known.ts';
import { projection } from './projection.ts';

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase(tables);
});
afterAll(() => db.close());

describe('the projections that a database knows', () => {
  it('are told with their places and digests by a process that runs none of them, each by the version that is live', async () => {
    expect(await knownProjections(db.projector)).toEqual([]);
    const row = { table: replaced.name, is: 'put', row: { id: '1', a: 'x' } } as const;
    const event = storedEvent(1, { changes: [row] });
    const one = projection(scripted, { db: db.projector });
    await one.position(wholeLedger);
    await one.apply({ partition: wholeLedger, after: 0n, to: 1n, events: [event], park: [], unpark: [] });
    const [known, ...more] = await knownProjections(db.projector);
    expect(more).toEqual([]);
    expect(known).toMatchObject({ name: scripted.name, version: scripted.version, position: 1n });
    expect(await known!.checksum()).toBe(await one.checksum());
    expect(await known!.checksum('acme')).toBe(await one.checksum('acme'));
    expect(await known!.checksum('other')).not.toBe(await one.checksum('acme'));

    const next = projection({ ...scripted, version: scripted.version + 1 }, { db: db.projector });
    await next.position(wholeLedger);
    expect(await knownProjections(db.projector)).toMatchObject([{ version: scripted.version, position: 1n }]);
    expect(await livePosition(db.service, scripted.name)).toBe(1n);
    expect(await livePosition(db.service, scripted.name, 'spec.nobody')).toBe(0n);
  });
});
