import { Client } from './client.ts';

/** The options that every command takes. */
export type Global = { json?: boolean; url: string; tenant?: string };

export const clientOf = ({ url, tenant }: Global): Client => new Client(url, tenant);
