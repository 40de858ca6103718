import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { LedgerBusy, LedgerClosed, LedgerUnavailable } from '@throughline/ledger';
import { faultOf } from './fault.ts';
import { Poison } from './consumer.ts';

const coded = (code: string) => Object.assign(new Error('no'), { code });

describe('whose fault an error is', () => {
  it.each(['40001', '40P01', '57P01', '57P03', '57014', '08006', '53300', '53100', '25006', '55P03', '42P01', '42501', '26000', 'XX000'])(
    '%s is the world’s',
    (code) => expect(faultOf(coded(code))).toBe('world'),
  ); // prettier-ignore

  it.each(['22021', '22P02', '23505', '23502', '21000', '54000', 'P0001', 'ERR_INVALID_ARG_TYPE'])(
    '%s is the event’s',
    (code) => expect(faultOf(coded(code))).toBe('event'),
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('a lost connection is the world’s: %s', (message) => expect(faultOf(new Error(message))).toBe('world'));

  it('a mistake in code is the event’s', () => expect(faultOf(new TypeError('x is not a function'))).toBe('event'));
  it('what is no error is the event’s', () => expect(faultOf('no')).toBe('event'));
  it('looks at the cause', () => expect(faultOf(new Poison(1n, coded('40001')))).toBe('world'));
  it.each([LedgerBusy, LedgerClosed, LedgerUnavailable])(
    'a ledger that takes nothing now is the world’s: %p',
    (error) => expect(faultOf(new error('later'))).toBe('world'),
  );
  it('knows a locked store of keys', () =>
    expect(faultOf(Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 }))).toBe(
      'world',
    ));

  it('knows a port where nobody listens, also where a name has several addresses', async () => {
    const refused = (host: string) =>
      new Promise((resolve) => connect({ host, port: 1, autoSelectFamily: true }).on('error', resolve));
    expect(faultOf(await refused('127.0.0.1'))).toBe('world');
    expect(faultOf(await refused('localhost'))).toBe('world');
    expect(faultOf(new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')]))).toBe('world');
    expect(faultOf(new AggregateError([coded('ECONNREFUSED'), coded('22021')]))).toBe('event');
  });
});
