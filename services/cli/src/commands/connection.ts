import type { Client } from '../client.ts';
import { when } from '../output.ts';

/** A connection as `/v1/connections` answers it. */
export type Connection = {
  readonly id: string;
  readonly name: string;
  readonly crm: string;
  readonly url: string;
  readonly state: 'active' | 'paused';
  readonly reason?: string;
  readonly detail?: string;
  readonly failing?: { readonly since: string; readonly reason: string; readonly waiting: number };
};

export const connectionsPath = '/v1/connections';

/** The one of this name or id. Throws where there is none. */
export const named = async (client: Client, name: string): Promise<Connection> => {
  for await (const one of client.all<Connection>(connectionsPath)) if (one.name === name || one.id === name) return one;
  throw new Error(`no connection is called ${name}`);
};

/** Why it paused by itself; or that it fails now, since when and why, and what waits. */
export const whyOf = ({ reason, detail, failing }: Connection): string =>
  failing
    ? `fails since ${when(failing.since)}: ${failing.reason}; ${failing.waiting} to be written`
    : [reason, detail].filter(Boolean).join(': ');

/** Whether somebody has to look at it. */
export const isIll = ({ reason, failing }: Connection): boolean => reason !== undefined || failing !== undefined;
