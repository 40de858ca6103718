import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { CannotStart } from './loopback.ts';

/** A server that keeps a port from others until it is closed. Rejects as `listen` does. */
export const keepPort = async (port: number, host: string): Promise<Server> => {
  const server = createServer();
  try {
    await once(server.listen({ host, port, exclusive: true }), 'listening');
    return server;
  } catch (error) {
    server.close();
    throw error;
  }
};

const whys: Readonly<Record<string, string>> = { EADDRINUSE: 'in use', EACCES: 'not allowed' };

const whyNot = async (port: number, host: string): Promise<string | undefined> => {
  try {
    const server = await keepPort(port, host);
    await new Promise((resolve) => server.close(resolve));
    return undefined;
  } catch (error) {
    return whys[(error as { code?: string }).code ?? ''];
  }
};

/**
 * Looks, before anything is made, whether the ports can be had that settings name; 0 always can. Throws
 * {@link CannotStart} with every one that cannot, and its setting.
 */
export const refuseTaken = async (host: string, ports: Readonly<Record<string, number>>): Promise<void> => {
  const faults: string[] = [];
  for (const [setting, port] of Object.entries(ports)) {
    const why = port === 0 ? undefined : await whyNot(port, host);
    if (why !== undefined) faults.push(`Port ${port} on ${host} is ${why}: set ${setting} to another.`);
  }
  if (faults.length === 0) return;
  if (faults.some((fault) => fault.includes(whys['EADDRINUSE']!))) faults.push('Perhaps Throughline runs already.');
  throw new CannotStart(faults.join('\n'));
};
