import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { areFree, hold } from './ports.ts';

const taken = async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};

it('keeps ports until they are wanted', async () => {
  const { server, port } = await taken();
  server.close();
  await once(server, 'close');
  const release = await hold([port]);
  expect(await areFree(port, 1)).toBe(false);
  await release();
  expect(await areFree(port, 1)).toBe(true);
});

it('waits for one that is let go in time, and names one that is not', async () => {
  const { server, port } = await taken();
  await expect(hold([port], 150)).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
  const held = hold([port], 60_000);
  server.close();
  await (
    await held
  )();
});
