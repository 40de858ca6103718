import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventName } from '@throughline/contracts';
import { specOf } from '@throughline/decider';
import type { Client } from '@throughline/postgres';
import type { Heard } from '@throughline/read-model';
import { ann, conversation, idOf, minute } from '../../test/known.ts';
import { begun, counted, look, lookedAt, said, toldOf } from '../../test/promised.ts';
import { type World, world } from '../../test/world.ts';
import { factOf, Router } from '../router.ts';
import { keep } from './keep.ts';
import { promises } from './promise.ts';

describe('a replica that looked before something came in late, and decides after another one knew of it', () => {
  let on: World;
  beforeEach(async () => {
    on = await world();
  });
  afterEach(() => on.close());

  const lead = { channel: 'form', kind: 'sales' } as const;
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  /** Something is said that the rows tell of, and no reactor hears by itself. */
  const say = async (minutes: number, by?: 'agent') => {
    const id = await on.say({ ...lead, at: ago(minutes), by });
    const head = await on.ledger.head();
    for (const rows of on.followings.slice(0, 2)) expect(await rows.waitFor(head, 20_000)).toBe(true);
    const event = (await on.events('InteractionCaptured')).find((one) => one.id === id);
    return event as unknown as Heard<EventName>;
  };
  const hear = (db: Client, ...events: Heard[]) => {
    const heard = Number(events.at(-1)!.position);
    return new Router({ ledger: on.ledger, db }).hear(events.map(factOf), { at: new Date().toISOString(), heard });
  };
  /** Rows that are read, and told only once the gate is open. */
  const behindAGate = () => {
    const [looked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const query = async (asked: Parameters<Client['query']>[0], values?: unknown[]) => {
      const result = await on.projectorDb.query(asked, values);
      if (typeof asked === 'object' && asked.name === 'routing.said_in_matters') {
        looked.resolve();
        await gate.promise;
      }
      return result;
    };
    return { db: { query } as Client, looked: looked.promise, open: gate.resolve };
  };

  it('leaves what the other one told', async () => {
    await on.say({ ...lead, at: ago(3) });
    await on.settled();
    await on.followings[2]!.stop();
    const { db, looked, open } = behindAGate();
    const answer = await say(1, 'agent');
    const early = hear(db, answer);
    await looked;
    const late = await say(2, 'agent');
    await hear(on.projectorDb, answer, late);
    open();
    await early;
    const told = await on.events('PromiseMet', 'PromiseCorrected');
    expect(told.map(({ type, data }) => [type, data.heard])).toEqual([['PromiseMet', Number(late.position)]]);
    expect(told[0]!.data).toMatchObject({ by: late.id });
  });
});

describe('who looked at less than another one', () => {
  const given = specOf(promises);
  const first = toldOf(idOf('9'));
  const asked = said('a', 'customer', 0);
  const answer = said('b', 'agent', 30);
  const question = { interaction: idOf('a'), conversation, countedFrom: minute(0), dueAt: minute(60), ...counted };
  const made = (heard: number) =>
    first('PromiseMade', 1, 1, { subject: ann, ...question, channel: 'chat', within: 'PT1H', policyVersion: 3, automatic: 'ignored', heard }); // prettier-ignore
  const met = first('PromiseMet', 30, 2, { by: idOf('b'), late: false });
  const heard = lookedAt - 1;

  it('takes nothing back that was decided on more', () => {
    given(begun, made(5), met)
      .when(keep(look(40, [asked], { heard })))
      .yieldsNothing();
    given(begun, made(lookedAt))
      .when(keep(look(40, [], { heard })))
      .yieldsNothing();
  });

  it('decides where the other one only let time pass', () => {
    const breached = toldOf(idOf('9'), 'first-response', {})('PromiseBreached', 60, 2);
    const corrected = {
      because: idOf('e'),
      ...question,
      breached: false,
      met: { by: idOf('b'), at: minute(30) },
      heard,
    };
    given(begun, made(5), breached)
      .when(keep(look(90, [asked, answer], { heard })))
      .yieldsOnce(first('PromiseCorrected', 90, 3, corrected));
  });
});
