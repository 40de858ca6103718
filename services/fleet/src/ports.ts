import type { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotStart, keepPort } from '@throughline/host';

const host = '127.0.0.1';

const listening = (port: number): Promise<Server | undefined> => keepPort(port, host).catch(() => undefined);

/** Whether nobody listens on so many ports of this machine, from one on. */
export const areFree = async (from: number, count: number): Promise<boolean> => {
  const free = await Promise.all(Array.from({ length: count }, (_, nth) => listening(from + nth)));
  return free.map((server) => server?.close()).every(Boolean);
};

/**
 * Keeps ports for who is to have them later: Linux gives those from 32768 on to clients as well, and until then many
 * connect. A client that has one is waited for, `withinMs`. Answers how to let them go; throws `CannotStart` with the
 * port that somebody keeps.
 */
export const hold = async (ports: readonly number[], withinMs = 5_000): Promise<() => Promise<void>> => {
  const held: Server[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(held.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  };
  const deadline = performance.now() + withinMs;
  for (const port of ports) {
    let server = await listening(port);
    for (; !server && performance.now() < deadline; server = await listening(port)) await pause(100);
    if (!server) {
      await release();
      throw new CannotStart(`Port ${port} on ${host} is in use. Stop what is listening there, or set GRPC_PORT to another port.`); // prettier-ignore
    }
    held.push(server);
  }
  return release;
};
