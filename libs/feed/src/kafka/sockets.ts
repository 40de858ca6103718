import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

type Place = {
  readonly host: string;
  readonly port: number;
  readonly ssl?: ConnectionOptions;
  readonly onConnect: () => void;
};

/** The connections of one client: one to a broker that hangs never ends by itself. */
export type Sockets = {
  readonly open: (place: Place) => Socket;
  /** Ends the client by what it does itself, and in any case within seconds. */
  readonly release: (disconnect: () => Promise<void>) => Promise<void>;
};

const releasedWithinMs = 5_000;
const keepAliveMs = 60_000;

export function sockets(): Sockets {
  const open = new Set<Socket>();
  let isOver = false;
  return {
    open: ({ host, port, ssl, onConnect }) => {
      if (isOver) throw new Error('The client was released');
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : connect({ host, port }, onConnect);
      socket.setKeepAlive(true, keepAliveMs);
      open.add(socket);
      return socket.once('close', () => open.delete(socket));
    },
    release: async (disconnect) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, releasedWithinMs);
      await Promise.race([promise, disconnect().catch(() => {})]);
      clearTimeout(timer);
      isOver = true;
      // With an error: the client would wait for answers otherwise.
      for (const socket of open) socket.destroy(new Error('The connection was broken off'));
    },
  };
}
