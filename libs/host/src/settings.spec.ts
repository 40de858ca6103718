import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { environment, InvalidSettings, readSettings, passedOver } from './index.ts';

const schema = z.object(environment);

describe('settings', () => {
  it('have defaults, and an empty variable is one that is not set', () => {
    expect(readSettings(schema, { HTTP_PORT: '', PATH: '/bin' })).toEqual({
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: 3000,
      GRPC_PORT: 50_051,
      THROUGHLINE_DATA_DIR: '.throughline',
      QUIET_EVERY: 60,
      ERASURE_SETTLES: 60,
      KEYS_BACKUP_DAYS: 30,
      LOG_LEVEL: 'info',
    });
  });

  it('are read', () => {
    const env = {
      HTTP_PORT: '0',
      LEDGER_URL: 'postgres://a:b@c/d',
      KAFKA_BROKERS: 'one:9092,two:9092',
      METRICS_PORT: 'off',
      RATE_PER_TENANT: '50',
    };
    expect(readSettings(schema, env)).toMatchObject({
      HTTP_PORT: 0,
      METRICS_PORT: 'off',
      RATE_PER_TENANT: 50,
      LEDGER_URL: 'postgres://a:b@c/d',
      KAFKA_BROKERS: ['one:9092', 'two:9092'],
    });
  });

  it('are refused all at once, by name, in words, without their values', () => {
    const env = {
      HTTP_PORT: '65536',
      GRPC_PORT: 'abc',
      LEDGER_URL: 'mysql://root:secret@db/x',
      METRICS_PORT: '70000',
      RATE_PER_TENANT: '-1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      KAFKA_BROKERS: 'one',
      LOG_LEVEL: 'loud',
    };
    const refused = (): unknown => readSettings(schema, env);
    expect(refused).toThrow(InvalidSettings);
    const reasons = [
      'HTTP_PORT is not a port number: it is over 65535',
      'GRPC_PORT is not a port number',
      'METRICS_PORT is not a port number: it is over 65535',
      /LEDGER_URL is not a URL that begins with postgres: or .*/,
      'KAFKA_BROKERS is not a list such as one:9092,two:9092',
      'RATE_PER_TENANT is not a number from 1 on',
      'OTEL_EXPORTER_OTLP_ENDPOINT is not a URL that begins with http: or https:',
      'LOG_LEVEL is not one of trace, debug',
    ].map((reason) => (typeof reason === 'string' ? reason : reason.source));
    expect(refused).toThrow(new RegExp(`^${reasons.join('\\n')}`));
    expect(refused).not.toThrow(/secret/);
  });

  it('are told of, without what they hold, where they are passed over', () => {
    const env = { DATABASE_URL: 'postgres://a:secret@127.0.0.1:9/x', KEYS_URL: 'file:/k', LOG_LEVEL: 'warn' };
    expect(passedOver(env).map((line) => line.split(' ')[0])).toEqual(['DATABASE_URL', 'KEYS_URL']);
    expect(passedOver(env).join()).not.toContain('secret');
    expect(passedOver({ DATABASE_URL: '' })).toEqual([]);
  });
});
