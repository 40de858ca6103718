/** How a cluster of specs is reached beside its open listener. */
export interface Doors {
  /** Who may enter by SASL (`plain`, `scram-sha-512`), without TLS: passwords by name. */
  users?: Readonly<Record<string, string>>;
  /** By TLS, with a client's certificate: files in PEM. */
  tls?: {
    /** The server's private key and its certificate, one after the other. */
    identity: string;
    /** Whose certificates clients may bear. */
    authority: string;
  };
}

/** The listeners that every server has, by name, with the protocol of each. */
export const protocols = { OPEN: 'PLAINTEXT', CONTROLLER: 'PLAINTEXT', SASL: 'SASL_PLAINTEXT', TLS: 'SSL' } as const;
export type Listener = keyof typeof protocols;
export type Ports = Readonly<Record<Listener, number>>;

/** The listeners that clients have of a cluster. */
export const outerOf = (doors: Doors): Listener[] => ['OPEN', ...(doors.users ? ['SASL' as const] : []), ...(doors.tls ? ['TLS' as const] : [])]; // prettier-ignore

/** The properties of server `node` (1, 2 …) of a cluster whose servers listen on `ports` of `address`. */
export function propertiesOf(
  node: number,
  ports: readonly Ports[],
  doors: Doors,
  address: string,
): Record<string, string> {
  const own = ports[node - 1];
  if (!own) throw new RangeError(`there is no server ${node}`);
  const outer = outerOf(doors);
  const on = (host: string) => (name: Listener) => `${name}://${host}:${own[name]}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node),
    'controller.quorum.voters': ports.map(({ CONTROLLER }, n) => `${n + 1}@127.0.0.1:${CONTROLLER}`).join(','),
    listeners: [...outer.map(on(address)), on('127.0.0.1')('CONTROLLER')].join(','),
    'advertised.listeners': outer.map(on('127.0.0.1')).join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': Object.entries(protocols)
      .map((pair) => pair.join(':'))
      .join(','),
    'inter.broker.listener.name': 'OPEN',
    ...small,
    ...replicated(ports.length),
    ...(doors.users && saslProperties(doors.users)),
    ...(doors.tls && tlsProperties(doors.tls)),
  };
}

const small = {
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  'log.cleaner.dedupe.buffer.size': '2097152',
  'auto.create.topics.enable': 'false',
  'num.network.threads': '2',
  'num.io.threads': '2',
  // Nothing is written twice a second only to be written: a third of what an idle server does.
  'metadata.max.idle.interval.ms': '0',
};

const replicated = (nodes: number) => {
  const [replicas, inSync] = [String(Math.min(nodes, 3)), String(nodes < 3 ? 1 : 2)];
  return {
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
  };
};

const saslProperties = (users: Readonly<Record<string, string>>) => {
  const module = 'org.apache.kafka.common.security';
  const known = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  return {
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required ${known.join(' ')};`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
  };
};

const tlsProperties = ({ identity, authority }: NonNullable<Doors['tls']>) => ({
  'listener.name.tls.ssl.client.auth': 'required',
  'listener.name.tls.ssl.keystore.type': 'PEM',
  'listener.name.tls.ssl.keystore.location': identity,
  'listener.name.tls.ssl.truststore.type': 'PEM',
  'listener.name.tls.ssl.truststore.location': authority,
});

/** What `StorageTool format` is told of a cluster. */
export const formatOf = (id: string, { users = {} }: Doors): string[] => [
  '-t',
  id,
  ...Object.entries(users).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]),
];
