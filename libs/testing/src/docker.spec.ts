import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { docker, removeContainers, serves } from './docker.ts';
import { describeUnless, temporaryFolder } from './index.ts';
import { image } from './kafka/containers.ts';
import { whyNoKafka } from './kafka/home.ts';

jest.setTimeout(120_000);

const reason = await whyNoKafka('container');

/** A container that does nothing for a folder. */
const idle = (folder: string) =>
  docker('run', '--detach', '--rm', '--network', 'none', ...serves(folder), '--entrypoint', 'tail', image, '-f', '/dev/null'); // prettier-ignore

describeUnless(reason)('containers', () => {
  it('go with the folder that they serve, or that theirs is in, and no others do', async () => {
    const folder = await realpath(await temporaryFolder());
    const [its, inside, beside] = await Promise.all([folder, join(folder, 'kafka'), `${folder}-2`].map(idle));
    await removeContainers(folder);
    const running = (await docker('ps', '--quiet', '--no-trunc')).split('\n');
    expect(running).toContain(beside);
    expect(running).not.toContain(its);
    expect(running).not.toContain(inside);
    await removeContainers(`${folder}-2`);
    expect(await docker('ps', '--quiet', '--no-trunc')).not.toContain(beside);
  });
});
