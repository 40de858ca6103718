import {
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  makeGenericClientConstructor,
  type Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';

/** A service for specs, with one method of each form, its messages as JSON. */
export type Ask = { to: number };
export type Told = { n: number; text: string };

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const valueOf = (bytes: Buffer) => JSON.parse(bytes.toString()) as Ask & Told;

const method = (name: string, requestStream: boolean, responseStream: boolean): MethodDefinition<Ask, Told> => ({
  path: `/test.v1.Counter/${name}`,
  originalName: name,
  requestStream,
  responseStream,
  requestSerialize: bytesOf,
  requestDeserialize: valueOf,
  responseSerialize: bytesOf,
  responseDeserialize: valueOf,
});

export const counterService = {
  one: method('One', false, false),
  many: method('Many', false, true),
  each: method('Each', true, true),
};

export type CounterClient = Client & {
  one(ask: Ask, metadata: Metadata, done: (error: ServiceError | null, told?: Told) => void): void;
  many(ask: Ask, metadata?: Metadata): ClientReadableStream<Told>;
  each(metadata?: Metadata): ClientDuplexStream<Ask, Told>;
};

export const CounterClient = makeGenericClientConstructor(counterService, 'test.v1.Counter') as unknown as new (
  ...args: ConstructorParameters<typeof Client>
) => CounterClient;
