import type { Client } from '../client.ts';
import { brief } from '../output.ts';
import { type Connection, connectionsPath, isIll, whyOf } from './connections.ts';
import { type Delivery, deliveriesPath } from './writeback.ts';

/** Something that the doctor looked at; of which tenant, where that is not the one of who asks. */
export type Finding = {
  readonly what: string;
  readonly tenant?: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do where it is not well. */
  readonly remedy?: string;
};

/** What `/v1/status` answers, as far as the doctor asks. */
export type Status = {
  readonly ready: boolean;
  readonly tenant: string;
  readonly head: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly projections: readonly { readonly name: string; readonly position: number }[];
};

/** What is to be said of one tenant; `named` where it is another one than that of who asks. */
export const ofTenant = async (client: Client, { counts }: Status, named?: string): Promise<Finding[]> => {
  const there = named === undefined ? '' : ` --tenant ${named}`;
  const aside = (name: 'quarantined' | 'parked', command: string, giveUp: string): Finding => ({
    what: name,
    ok: (counts[name] ?? 0) === 0,
    detail: `${counts[name] ?? 0}`,
    remedy: `see \`throughline ${command} list${there}\`, then \`throughline ${command} retry${there}\`, or \`${giveUp}\` for what is not wanted`,
  });
  const findings = [
    aside('quarantined', 'quarantine', 'dismiss'),
    aside('parked', 'parked', 'drop'),
    ...(await connectionFindings(client, there)),
    await deliveryFinding(client, there),
  ];
  return findings.map((one) => ({ ...one, ...(named !== undefined && { tenant: named }) }));
};

/** One that is paused stays listed until it is resumed; only where it paused by itself, or fails now, does it need a hand. */
const connectionFindings = async (client: Client, there: string): Promise<Finding[]> => {
  const all = await Array.fromAsync(client.all<Connection>(connectionsPath));
  return all
    .filter((one) => one.state === 'paused' || isIll(one))
    .map((one) => ({
      what: `connection ${one.name}`,
      ok: !isIll(one),
      detail: `${one.state === 'paused' ? 'paused ' : ''}${isIll(one) ? brief(whyOf(one), 160) : 'by hand'}`,
      remedy: remedyOf(one, there),
    }));
};

const remedyOf = ({ name, reason, failing }: Connection, there: string): string => {
  if (failing)
    return `it is tried again by itself, twelve times; see \`throughline connections test ${name}${there}\` for whether it is well again`;
  return reason === 'CredentialsRefused'
    ? `\`throughline connections rotate ${name} --secret-file FILE${there}\` gives it another secret, and goes on`
    : `see \`throughline connections test ${name}${there}\`, then \`throughline connections resume ${name}${there}\``;
};

const mostCounted = 1_000;

const deliveryFinding = async (client: Client, there: string): Promise<Finding> => {
  let [rejected, parked] = [0, 0];
  for await (const { state } of client.all<Delivery>(deliveriesPath, { state: 'aside', limit: 200 })) {
    if (state === 'rejected') rejected += 1;
    else parked += 1;
    if (rejected + parked >= mostCounted) break;
  }
  const none = rejected + parked === 0;
  return {
    what: 'deliveries aside',
    ok: none,
    detail: none ? '0' : `${rejected} rejected, ${parked} parked${rejected + parked < mostCounted ? '' : ', or more'}`,
    remedy: `see \`throughline writeback list --state aside${there}\`, then \`throughline writeback retry${there}\``,
  };
};
