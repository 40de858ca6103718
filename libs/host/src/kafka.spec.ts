import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from '@jest/globals';
import { type Certified, certificates, describeUnless, whyNoCertificates } from '@throughline/testing';
import { z } from 'zod';
import { kafkaOf, kafkaSettings, readSettings, withKafka } from './index.ts';

const schema = withKafka(z.object({ ...kafkaSettings, OTHER: z.string() }));
const read = (env: Record<string, string>) => readSettings(schema, { OTHER: 'here', ...env });
const brokers = { KAFKA_BROKERS: 'one:9092,two:9092' };

describeUnless(whyNoCertificates())('the settings of Kafka', () => {
  let client: Certified;
  let server: Certified;
  beforeAll(async () => {
    ({ client, server } = await certificates());
  });

  it('are optional', () => {
    expect(kafkaOf(read({}))).toBeUndefined();
    expect(kafkaOf(read(brokers))).toEqual({ brokers: ['one:9092', 'two:9092'] });
  });

  it('reach it over TLS, with or without an authority or a certificate of one’s own', () => {
    const tlsOf = (env: Record<string, string>) => kafkaOf(read({ ...brokers, ...env }))?.tls;
    const own = { KAFKA_TLS_CERT: client.cert, KAFKA_TLS_KEY: client.key };
    const [cert, key] = [readFileSync(client.cert), readFileSync(client.key)];
    expect(tlsOf({ KAFKA_TLS_CA: 'system' })).toEqual({});
    expect(tlsOf({ KAFKA_TLS_CA: client.cert })).toEqual({ ca: cert });
    expect(tlsOf({ KAFKA_TLS_CA: 'system', ...own })).toEqual({ cert, key });
    expect(tlsOf(own)).toEqual({ cert, key });
  });

  it('reach it by SASL', () => {
    const sasl = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'ann', KAFKA_SASL_PASSWORD: 'secret' };
    expect(kafkaOf(read({ ...brokers, ...sasl }))?.sasl).toEqual({
      mechanism: 'plain',
      username: 'ann',
      password: 'secret',
    });
  });

  it('are refused with all that is wrong, by name, without their values', () => {
    const env = {
      KAFKA_TLS_CA: '/nowhere',
      KAFKA_TLS_KEY: client.key,
      KAFKA_SASL_MECHANISM: 'gssapi',
      KAFKA_SASL_PASSWORD: 'secret',
    };
    const refused = () => readSettings(schema, env);
    expect(refused).toThrow(/^KAFKA_TLS_CA cannot be read: ENOENT$/m);
    expect(refused).toThrow(/^KAFKA_SASL_MECHANISM is not one of plain, scram-sha-256, scram-sha-512$/m);
    expect(refused).toThrow(/^OTHER is missing$/m);
    expect(refused).toThrow(/^KAFKA_TLS_CERT is missing beside KAFKA_TLS_KEY$/m);
    expect(refused).not.toThrow(/secret|nowhere/);
    expect(() => read({ KAFKA_SASL_USERNAME: 'ann', KAFKA_TLS_CA: 'system' })).toThrow(
      /^KAFKA_BROKERS is missing beside KAFKA_TLS_CA\nKAFKA_SASL_MECHANISM is missing beside KAFKA_SASL_USERNAME$/,
    );
    expect(() => read({ ...brokers, KAFKA_SASL_MECHANISM: 'plain' })).toThrow(
      /^KAFKA_SASL_USERNAME is missing beside KAFKA_SASL_MECHANISM\nKAFKA_SASL_PASSWORD is missing beside KAFKA_SASL_MECHANISM$/,
    );
  });

  it('are refused where a certificate and its key do not go together', () => {
    for (const [KAFKA_TLS_CERT, KAFKA_TLS_KEY] of [
      [client.cert, server.key],
      [client.key, client.key],
    ] as const)
      expect(() => read({ ...brokers, KAFKA_TLS_CERT, KAFKA_TLS_KEY })).toThrow(
        /^KAFKA_TLS_CERT does not go with KAFKA_TLS_KEY and KAFKA_TLS_CA: /,
      );
  });
});
