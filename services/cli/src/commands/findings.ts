import type { Client } from '../client.ts';
import { brief, counted } from '../output.ts';
import { unlessRefused } from '../refused.ts';
import { type Connection, connectionsPath, isIll, whyOf } from './connection.ts';
import { type Promised, promisesPath } from './keeping.ts';
import { type Queue, queuesPath } from './queues.ts';
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
    ...(await lateFindings(client, there)),
    ...queueFindings(await Array.fromAsync(client.all<Queue>(queuesPath)), there),
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

/** Answers that customers were promised and did not get by then; nothing where who asks may not open what is personal. */
const lateFindings = async (client: Client, there: string): Promise<Finding[]> => {
  const late = await unlessRefused(countLate(client), 403);
  if (late === undefined) return [];
  return [
    {
      what: 'answers late',
      ok: late === 0,
      detail: late < mostCounted ? `${late}` : `${late}, or more`,
      remedy: `see \`throughline promises due --late${there}\` for whose they are, and who has them`,
    },
  ];
};

const countLate = async (client: Client): Promise<number> => {
  let late = 0;
  for await (const _ of client.all<Promised>(promisesPath, { late: 'only', limit: 200 })) {
    late += 1;
    if (late >= mostCounted) break;
  }
  return late;
};

/** What waits where nobody is, what waited for too long, and what is to go to nobody then. */
const queueFindings = (queues: readonly Queue[], there: string): Finding[] => {
  const alone = queues.filter(({ waiting, available }) => waiting > 0 && available === 0);
  const late = queues.filter((one) => one.late > 0);
  const lost = queues.filter(({ fallback }) => fallback === 'nobody');
  const waiting = queues.reduce((sum, one) => sum + one.waiting, 0);
  const absent = ({ agents }: Queue): string =>
    agents === 0 ? 'it has no agents' : `none of its ${counted(agents, 'agent')} is there`;
  return [
    {
      what: 'queues',
      ok: alone.length === 0,
      detail: listed(alone, (one) => `${one.waiting} in ${one.team}, and ${absent(one)}`) || `${waiting} waiting`,
      remedy: remedyOfQueues(alone, there),
    },
    {
      what: 'past their time',
      ok: late.length === 0,
      detail: listed(late, (one) => `${one.late} in ${one.team}`) || '0',
      remedy: `see \`throughline queues list ${late.length === 1 ? late[0]!.team : 'TEAM'}${there}\`, then \`throughline matters assign MATTER HANDLE${there}\``,
    },
    {
      what: 'fallbacks',
      ok: lost.length === 0,
      detail:
        lost.length === 0
          ? 'all are agents'
          : `nobody, or gone, of ${listed(lost, ({ team }) => team)}: nothing goes to them`,
      remedy: `see \`throughline teams list${there}\`, then say the team anew, with \`throughline teams add TEAM … --fallback HANDLE${there}\``,
    },
  ];
};

const remedyOfQueues = (alone: readonly Queue[], there: string): string => {
  const [empty, absent] = [alone.filter(({ agents }) => agents === 0), alone.filter(({ agents }) => agents > 0)];
  const of = empty.length === 1 ? empty[0]!.team : 'TEAM';
  const needs = [
    empty.length > 0 &&
      `a team without agents needs one (\`throughline agents add HANDLE --team ${of} --available${there}\`; name all their teams), or somebody takes what waits (\`throughline matters assign MATTER HANDLE${there}\`)`,
    absent.length > 0 &&
      `where there are some, somebody has to be there (\`throughline agents presence HANDLE available${there}\`)`,
  ];
  return `see \`throughline queues list${there}\` and \`throughline agents list${there}\`: ${needs.filter(Boolean).join('; ')}`;
};

const mostNamed = 10;

const listed = (queues: readonly Queue[], inWords: (queue: Queue) => string): string => {
  const named = queues.slice(0, mostNamed).map(inWords).join('; ');
  return queues.length > mostNamed ? `${named}; and ${queues.length - mostNamed} more` : named;
};
