import { services } from '@throughline/front';

/** The services of a fleet: those behind the front, and the relay. */
export const members = [...services, 'relay'] as const;
export type Member = (typeof members)[number];

/** A port; 0 is any free one. */
type Port = number;

/** Metrics are for who asks for them: a port, or none. */
type MetricsPort = Port | 'off';

/** A process of a service: which, what it is called in the view, and its ports. */
export type Place = {
  readonly service: Member;
  readonly name: string;
  readonly grpc: Port;
  readonly metrics: MetricsPort;
};

/** How many replicas of each service there are. */
export type Replicas = Readonly<Record<Member, number>>;

/** The replicas that arguments ask for (`timeline=2`), one of each unless said; or why they cannot be had. */
export const replicasOf = (args: readonly string[]): Replicas | { readonly fault: string } => {
  const counts = Object.fromEntries(members.map((member) => [member, 1])) as Record<Member, number>;
  for (const arg of args) {
    const [, name = '', count = ''] = /^([a-z-]+)=(\d)$/.exec(arg) ?? [];
    const member = members.find((one) => one === name);
    if (member === undefined || count === '0')
      return { fault: `${arg} is not a number of replicas, from 1 to 9, of ${members.join(', ')}: timeline=2` };
    counts[member] = Number(count);
  }
  return counts;
};

/** Those that serve gRPC, in the order of their ports. */
const overGrpc: readonly Member[] = ['capture', 'routing', 'timeline'];

const portOf = (base: Port, nth: number): Port => (base === 0 || nth < 0 ? 0 : base + nth);

/** The processes of all replicas. The first of each service has its gRPC port, counted from the given one, as are all metrics ports. */
export const placesOf = (
  replicas: Replicas,
  { grpc, metrics }: { readonly grpc: Port; readonly metrics: MetricsPort },
): Place[] => {
  const all = members.flatMap((service) => Array.from({ length: replicas[service] }, (_, nth) => ({ service, nth })));
  return all.map(({ service, nth }, place) => ({
    service,
    name: nth === 0 ? service : `${service} ${nth + 1}`,
    grpc: portOf(grpc, nth === 0 ? overGrpc.indexOf(service) : -1),
    metrics: metrics === 'off' ? 'off' : portOf(metrics, place),
  }));
};
