import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { fileOf, pem } from './auth/tls.ts';
import { CannotStart } from './loopback.ts';
import { environment } from './settings.ts';

const system = 'system';

/** How Kafka is reached: over TLS where an authority or a certificate is given, and by SASL where a mechanism is. */
export const kafkaSettings = {
  KAFKA_BROKERS: environment.KAFKA_BROKERS,
  // The path of a PEM file, or the machine's own authorities.
  KAFKA_TLS_CA: z
    .string()
    .transform((text, context): Buffer | typeof system => (text === system ? text : fileOf(text, context)))
    .optional(),
  KAFKA_TLS_CERT: pem,
  KAFKA_TLS_KEY: pem,
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
};

const copies = (usual: number) =>
  z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(1, 'is less than 1')
    .max(100, 'is more than 100')
    .default(usual);

/** How safe what is written to a topic of ours is, for who makes it. */
export const topicSettings = { KAFKA_REPLICAS: copies(3), KAFKA_MIN_INSYNC_REPLICAS: copies(2) };

/** The same as topics have it. Throws {@link CannotStart} where nothing could ever be written to them. */
export const copiesOf = (given: { readonly [Name in keyof typeof topicSettings]: number }) => {
  const { KAFKA_REPLICAS: replicas, KAFKA_MIN_INSYNC_REPLICAS: inSync } = given;
  if (inSync <= replicas) return { replicas, inSync };
  throw new CannotStart(
    `KAFKA_MIN_INSYNC_REPLICAS is ${inSync}, more than KAFKA_REPLICAS with ${replicas}: a topic would take nothing.`,
  );
};

const shape = z.object(kafkaSettings);

/** As they are read. */
export type KafkaSettings = z.output<typeof shape>;

type Name = keyof KafkaSettings;

/** What each is of no use without. */
const companions = {
  KAFKA_TLS_CA: ['KAFKA_BROKERS'],
  KAFKA_TLS_CERT: ['KAFKA_BROKERS', 'KAFKA_TLS_KEY'],
  KAFKA_TLS_KEY: ['KAFKA_TLS_CERT'],
  KAFKA_SASL_MECHANISM: ['KAFKA_BROKERS', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'],
  KAFKA_SASL_USERNAME: ['KAFKA_SASL_MECHANISM'],
  KAFKA_SASL_PASSWORD: ['KAFKA_SASL_MECHANISM'],
} as const satisfies Partial<Record<Name, readonly Name[]>>;

const secureOf = ({ KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key }: KafkaSettings) => ({
  ...(ca && ca !== system && { ca }),
  ...(cert && key && { cert, key }),
});

const disagreement = (given: KafkaSettings): string | undefined => {
  try {
    createSecureContext(secureOf(given));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/** A schema whose settings of Kafka are held against one another as well; told with everything else that is wrong. */
export const withKafka = <Schema extends z.ZodObject>(schema: Schema): Schema => {
  // Also where another setting is wrong; one that is wrong itself is not there.
  const when = () => true;
  const rules = Object.entries(companions).flatMap(([name, needed]) => needed.map((other) => [name, other] as const));
  const held = rules.reduce(
    (rest, [name, other]) =>
      rest.refine((given) => given[name] === undefined || given[other] !== undefined, {
        path: [other],
        message: `is missing beside ${name}`,
        when,
      }),
    schema,
  );
  return held.superRefine((given, context) => {
    const message = disagreement(given);
    if (message === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['KAFKA_TLS_CERT'],
      message: `does not go with KAFKA_TLS_KEY and KAFKA_TLS_CA: ${message}`,
    });
  });
};

/** Kafka as it is set; undefined where no brokers are. */
export const kafkaOf = (given: KafkaSettings) => {
  const { KAFKA_BROKERS: brokers, KAFKA_TLS_CA, KAFKA_TLS_CERT } = given;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = given;
  return (
    brokers && {
      brokers,
      ...((KAFKA_TLS_CA || KAFKA_TLS_CERT) && { tls: secureOf(given) }),
      ...(mechanism && username && password && { sasl: { mechanism, username, password } }),
    }
  );
};
