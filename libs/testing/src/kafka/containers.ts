import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { bringImage, docker, firstLine, serves, whyNoDocker } from '../docker.ts';
import type { Home, HomeOf, Site } from './home.ts';
import { jvm, NoKafka, RELEASE } from './jars.ts';

/** The image of the same release; docker-compose.yml has it too. */
export const image = `apache/kafka:${RELEASE}`;

// All that is asked of the image: `java`, these jars, `tail` and `cat`.
const java = ['--entrypoint', 'java', image, ...jvm, '-cp', '/opt/kafka/libs/*'];
const idling = ['--entrypoint', 'tail', image, '-f', '/dev/null'];

/**
 * Servers that are containers, one each. They see their folder where it is on this machine and write there as whoever runs
 * this, so that data and settings are those of the other way. The servers of a cluster share one network, that of a further
 * container which does nothing else: there they reach one another on loopback, as their clients do here.
 *
 * @throws NoKafka where Docker does not run, or cannot have the image
 */
export async function containers(): Promise<HomeOf> {
  const why = await whyNoDocker();
  if (why) throw new NoKafka(why);
  const user = await account();
  await bringImage(image).catch((error: unknown) => {
    throw new NoKafka(`docker: ${firstLine(error)}`);
  });
  return (site) => home(user, site);
}

function home(user: string, { dir: folder, ports, files }: Site): Home {
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const named = (name: string) => `throughline-kafka-${id}-${name}`;
  const nameOf = (dir: string) => named(basename(dir));
  const run = ['run', '--rm', ...serves(folder), '--user', user];
  const seen = [`${folder}:${folder}`, ...files.map((file) => `${file}:${file}:ro`)];
  // Where the system labels files, containers may read ours as they are.
  const volumes = ['--security-opt', 'label=disable', ...seen.flatMap((one) => ['--volume', one])];
  const published = ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`]);
  const network = shared(named('network'), [...run, ...published]);
  return {
    address: '0.0.0.0',
    run: async (args) => void (await docker(...run, '--network', 'none', ...volumes, ...java, ...args)),
    command: async (dir, args) => {
      const joined = ['--name', nameOf(dir), '--network', `container:${await network.enter(dir)}`];
      return ['docker', ...run, ...joined, ...volumes, ...java, ...args];
    },
    signal: async (dir, _, signal) => void (await docker('kill', '--signal', signal, nameOf(dir)).catch(unlessGone)),
    isHalted: async (dir) => / \(java\) T /.test(await docker('exec', nameOf(dir), 'cat', '/proc/1/stat')),
    clear: async (dir) => void (await docker('rm', '--force', nameOf(dir)).catch(unlessGone)),
    leave: network.leave,
  };
}

/** A container that holds a network as long as anybody is in it. */
function shared(name: string, options: readonly string[]) {
  const inside = new Set<string>();
  let held: Promise<string> | undefined;
  const begin = async () => {
    await docker('rm', '--force', name).catch(unlessGone);
    return docker(...options, '--detach', '--name', name, ...idling);
  };
  return {
    enter: (who: string): Promise<string> => {
      inside.add(who);
      return (held ??= begin());
    },
    leave: async (who: string): Promise<void> => {
      inside.delete(who);
      if (inside.size > 0 || !held) return;
      held = undefined;
      await docker('rm', '--force', name).catch(unlessGone);
    },
  };
}

/** As whom a container writes into our folders as we do: in a Docker without root, root is us. */
async function account(): Promise<string> {
  const options = await docker('info', '--format', '{{.SecurityOptions}}');
  return options.includes('rootless') ? '0:0' : `${process.getuid?.()}:${process.getgid?.()}`;
}

const unlessGone = (error: unknown): void => {
  if (!/no such container|not running/i.test(firstLine(error))) throw error;
};
