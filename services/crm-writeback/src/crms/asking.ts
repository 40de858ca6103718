import type { z } from 'zod';
import { Fault } from '../outbound/fault.ts';
import type { Ask, Http } from '../outbound/outbound.ts';

/** Asks a CRM and takes only an answer of the given shape. */
export type Asking = {
  <Schema extends z.ZodType>(schema: Schema, ask: Ask): Promise<z.output<Schema>>;
};

/**
 * Asking over `http`. A success that does not look like one is none: of a write its fate is in doubt, of a read it is as
 * if nobody had answered. `explain` may turn a fault into a better one.
 */
export const asking =
  (http: Http, explain: (fault: Fault, ask: Ask) => Fault | Promise<Fault> = (fault) => fault): Asking =>
  async (schema, ask) => {
    try {
      const { body } = await http(ask);
      const result = schema.safeParse(body);
      if (result.success) return result.data;
      throw new Fault(
        ask.writes ? 'doubt' : 'transient',
        'NotUnderstood',
        `${ask.method} ${ask.path} answered something else than it promises.`,
      );
    } catch (error) {
      throw error instanceof Fault ? await explain(error, ask) : error;
    }
  };

/** What there is, or undefined where the CRM says that there is nothing. */
export const orNothing = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof Fault && error.kind === 'gone') return undefined;
    throw error;
  });

/** A handle's namespace and value. */
export const partsOf = (handle: string): readonly [namespace: string, value: string] => {
  const colon = handle.indexOf(':');
  return [handle.slice(0, colon), handle.slice(colon + 1)];
};

/** What `make` makes, made at first use and kept, unless it fails. */
export const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    made.catch(() => (made = undefined));
    return made;
  };
};
