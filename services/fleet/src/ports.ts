import { once } from 'node:events';
import { createServer } from 'node:net';

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    await once(server.listen({ host: '127.0.0.1', port, exclusive: true }), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

/** Whether nobody listens on so many ports of this machine, from one on. */
export const areFree = async (from: number, count: number): Promise<boolean> => {
  const free = await Promise.all(Array.from({ length: count }, (_, nth) => isFree(from + nth)));
  return free.every(Boolean);
};
