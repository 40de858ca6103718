import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CannotStart } from './loopback.ts';
import { keepPort, refuseTaken } from './ports.ts';

const host = '127.0.0.1';
const portOf = (server: Server) => (server.address() as AddressInfo).port;

describe('ports that are taken', () => {
  const kept: Server[] = [];
  beforeAll(async () => {
    for (let nth = 0; nth < 2; nth += 1) kept.push(await keepPort(0, host));
  });
  afterAll(() => kept.forEach((server) => server.close()));

  it('are all named, each with its setting', async () => {
    const [one, other] = kept.map(portOf) as [number, number];
    const refused = refuseTaken(host, { HTTP_PORT: one, GRPC_PORT: other, METRICS_PORT: 0 });
    await expect(refused).rejects.toThrow(CannotStart);
    await expect(refused).rejects.toThrow(
      `Port ${one} on ${host} is in use: set HTTP_PORT to another.\nPort ${other} on ${host} is in use: set GRPC_PORT to another.\nPerhaps`,
    );
  });

  it('are none where nobody has them, and nobody is kept from them then', async () => {
    const free = await keepPort(0, host);
    const port = portOf(free);
    await new Promise((resolve) => free.close(resolve));
    await refuseTaken(host, { HTTP_PORT: port });
    const again = await keepPort(port, host);
    again.close();
  });
});
