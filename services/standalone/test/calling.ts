import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { RoutingServiceClient, RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { instantOf } from '@throughline/host';

/** Metadata with these entries. */
export const as = (entries: Readonly<Record<string, string>> = {}): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
};

type Method = keyof typeof RoutingServiceService;
type Request<Name extends Method> = Parameters<(typeof RoutingServiceService)[Name]['requestSerialize']>[0];
type Answer<Name extends Method> = ReturnType<(typeof RoutingServiceService)[Name]['responseDeserialize']>;
type Unary = (
  request: unknown,
  metadata: Metadata,
  done: (error: ServiceError | null, answer: unknown) => void,
) => void;

/** Routing over gRPC at an address, as the tenant `default` where the metadata do not say otherwise. */
export const calling = (url: string) => {
  const routing = new RoutingServiceClient(url, credentials.createInsecure());

  /** Calls one method. */
  const call = <Name extends Method>(name: Name, request: Request<Name>, metadata = as()): Promise<Answer<Name>> =>
    new Promise((resolve, reject) => {
      const method = (routing[name] as Unary).bind(routing);
      method(request, metadata, (error, answer) => (error ? reject(error) : resolve(answer as Answer<Name>)));
    });

  /** With which code it is refused, and with which details. */
  const refused = async <Name extends Method>(name: Name, request: Request<Name>): Promise<[number, string]> => {
    const error = await call(name, request).then(
      () => undefined,
      (thrown: ServiceError) => thrown,
    );
    if (!error) throw new Error(`${name} was not refused`);
    return [error.code, String(error.metadata.get('grpc-status-details-bin')[0]).replaceAll('\n', ' ')];
  };

  return { call, refused, close: (): void => routing.close() };
};
export type Calling = ReturnType<typeof calling>;

// The same moment can have zeros at its end.
const moment = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d*?[1-9])?)\.?0+Z$/;

/** As REST has it: a message without what is not there. */
export const flat = (message: unknown): unknown =>
  JSON.parse(
    JSON.stringify(message, (_, value: unknown) => {
      if (typeof value === 'bigint') return Number(value);
      if (typeof value === 'string') return value.replace(moment, '$1Z');
      if (Array.isArray(value) && value.length === 0) return undefined;
      if (value !== null && typeof value === 'object' && 'nanos' in value && 'seconds' in value)
        return instantOf({ seconds: value.seconds as bigint, nanos: value.nanos as number });
      return value;
    }),
  );
