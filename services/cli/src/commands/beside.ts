import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../client.ts';
import { unlessRefused } from '../refused.ts';
import type { Finding } from './findings.ts';
import type { Projection } from './projections.ts';

/** How long something may stand beside a projection before it is looked at twice, and how long in between; in milliseconds. */
const young = 60_000;
const lookMs = 1_000;

/** What is made beside the live rows, to be live next. Nothing where who asks may not look. */
export const besideFindings = async (client: Client): Promise<Finding[]> => {
  const first = await next(client);
  const old = first.filter((one) => isBehind(one) && Date.now() - Date.parse(one.beside.since) > young);
  if (old.length > 0) await pause(lookMs);
  const later = new Map((old.length > 0 ? await next(client) : []).map((one) => [one.name, one.beside.position]));
  const stands = new Set(old.filter((one) => later.get(one.name) === one.beside.position));
  return first.map((one) => findingOf(one, stands.has(one)));
};

type Made = Projection & { readonly beside: NonNullable<Projection['beside']> };

const isBehind = ({ position, beside }: Made): boolean => beside.position < position;

const next = async (client: Client): Promise<Made[]> => {
  const found = await unlessRefused(client.ask<{ items: readonly Projection[] }>('/v1/projections'), 403);
  return (found?.items ?? []).filter((one): one is Made => one.beside?.is === 'next');
};

const findingOf = ({ name, position, beside }: Made, stands: boolean): Finding => {
  const { version, state, error } = beside;
  const fails = state === 'failing' ? `, and fails: ${error ?? 'see the log'}` : stands ? ', and stands still' : '';
  return {
    what: `beside projection ${name}`,
    ok: fails === '',
    detail: `version ${version} is made, at ${beside.position} of ${position}${fails}`,
    remedy: `the log of the process that makes it says why; \`throughline projections discard ${name}\` gives it up`,
  };
};
