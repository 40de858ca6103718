import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way to a server, which can be slammed. */
export type Door = {
  readonly port: number;
  /** Breaks all connections; the next ones are welcome. */
  readonly slam: () => void;
  /** Breaks all connections, and every new one until it is opened again. */
  readonly lock: () => void;
  readonly unlock: () => void;
  readonly close: () => Promise<void>;
};

/** A port on loopback that leads to another one. */
export const openDoor = async (inside: number): Promise<Door> => {
  const sockets = new Set<Socket>();
  let isLocked = false;
  const listener = createServer((client) => {
    if (isLocked) return void client.destroy();
    const server = connect(inside, '127.0.0.1');
    for (const [socket, peer] of [[client, server], [server, client]] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => peer.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        peer.destroy();
      });
      socket.pipe(peer);
    } // prettier-ignore
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const slam = () => sockets.forEach((socket) => socket.destroy());
  return {
    port: (listener.address() as AddressInfo).port,
    slam,
    lock: () => {
      isLocked = true;
      slam();
    },
    unlock: () => void (isLocked = false),
    close: async () => {
      listener.close();
      slam();
      await once(listener, 'close');
    },
  };
};
