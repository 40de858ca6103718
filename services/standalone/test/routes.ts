import type { Told } from './asking.ts';

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly schema?: { readonly type?: string; readonly enum?: unknown[] };
};
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: unknown;
};

/** One thing that the HTTP API can be asked, as it describes itself. */
export type Route = {
  /** `CustomerController_get` */
  readonly id: string;
  readonly method: string;
  /** `/v1/customers/{id}` */
  readonly path: string;
  readonly inPath: readonly string[];
  /** The parameters of its query that may be any text. */
  readonly texts: readonly string[];
  readonly headers: readonly string[];
  readonly hasBody: boolean;
};

/** Everything that a server serves, so that what is added later is looked at as well. */
export const routesOf = async (get: Told): Promise<Route[]> => {
  const { paths } = await get<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id, parameters = [], requestBody }]) => ({
      id,
      method: method.toUpperCase(),
      path,
      inPath: parameters.filter((one) => one.in === 'path').map(({ name }) => name),
      texts: parameters
        .filter(
          ({ in: place, schema, name }) =>
            place === 'query' && schema?.type === 'string' && !schema.enum && name !== 'cursor',
        )
        .map(({ name }) => name),
      headers: parameters.filter((one) => one.in === 'header').map(({ name }) => name),
      hasBody: requestBody !== undefined,
    })),
  );
};

/** A route's path with something at its places. */
export const filled = ({ path }: Route, place: (name: string) => string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(place(name)));
