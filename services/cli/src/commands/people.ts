import type { Client } from '../client.ts';

/** Somebody of ours, as answers name them. */
export type Person = { readonly id: string; readonly handle?: string; readonly name?: string };

/** By name and handle, as far as they are known. */
export const nameOf = ({ id, handle, name }: Person): string =>
  name !== undefined && handle !== undefined ? `${name} (${handle})` : (name ?? handle ?? id);

/** What a write answers. */
export type Written = { readonly position: number };

/** Resolves once what was written can be read, so that the next command of a script sees it. */
export const seen = (client: Client, path: string, { position }: Written): Promise<unknown> =>
  client.ask(path, { query: { limit: 1, minPosition: position } });

/** What a write answers that makes something. */
export type Made = Written & { readonly id: string };

/** That it was made, for a person. */
export const addedInWords = ({ id }: Made): string => `Added: ${id}`;

/** How an argument that names a customer is described. */
export const asHandle = 'such as email:ann@example.com, or the customer’s id';
