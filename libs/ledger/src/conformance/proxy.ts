import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and breaks at the worst moment. */
export type Proxy = {
  /** Another port in a URL. */
  readonly port: number;
  /** The next request that holds `mark` reaches the server, and its answer goes nowhere. */
  readonly loseNextAnswer: () => void;
  /** The next request that holds `mark` is kept while its client loses the connection, and sent on when the answer is called. */
  readonly delayNextRequest: () => () => Promise<void>;
  /** Breaks all connections. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
};

type Trick = (client: Socket, server: Socket, request: Buffer) => void;

const loseAnswer: Trick = (client, server, request) => {
  server.removeAllListeners('data');
  server.once('data', () => {
    client.destroy();
    server.destroy();
  });
  server.write(request);
};

/** Requests are recognised by a piece of their text. */
export const openProxy = async (host: string, port: number, mark: string): Promise<Proxy> => {
  const tricks: Trick[] = [];
  const sockets = new Set<Socket>();

  const listener = createServer((client) => {
    const server = connect(port, host);
    for (const [socket, peer] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => peer.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    server.on('data', (answer) => client.write(answer));
    server.on('end', () => client.end());
    client.on('end', () => server.end());
    client.on('data', (request: Buffer) => {
      const trick = request.includes(mark) ? tricks.shift() : undefined;
      if (trick) trick(client, server, request);
      else server.write(request);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  return {
    port: (listener.address() as AddressInfo).port,
    loseNextAnswer: () => void tricks.push(loseAnswer),
    delayNextRequest: () => {
      let arrive: () => Promise<void> = async () => {
        throw new Error('there was no request to delay');
      };
      tricks.push((client, server, request) => {
        client.removeAllListeners('end');
        client.destroy();
        server.removeAllListeners('end');
        arrive = async () => {
          if (server.destroyed || server.readyState !== 'open') return;
          const done = Promise.race([once(server, 'data'), once(server, 'close')]);
          server.write(request);
          await done;
          server.destroy();
        };
      });
      return () => arrive();
    },
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      listener.close();
      await once(listener, 'close');
    },
  };
};
