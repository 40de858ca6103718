import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Where embedded servers listen. */
export const host = '127.0.0.1';

/** The port, or any free one for 0; undefined where it is taken. */
export async function freePort(port: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen({ host, port, exclusive: true });
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  } finally {
    probe.close();
  }
}
