import { Client } from './client.ts';

/** The options that every command takes. */
export type Global = { json?: boolean; url: string; tenant?: string; token?: string; key?: string };

/** The client that they ask for; a key is sent as a token is. */
export const clientOf = ({ url, tenant, token, key }: Global): Client => new Client(url, tenant, 'cli', key ?? token);
