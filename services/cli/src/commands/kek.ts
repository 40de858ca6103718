import { resolve } from 'node:path';
import { env, stderr } from 'node:process';
import { pathToFileURL } from 'node:url';
import type { KekStatus, Rotation } from '@throughline/privacy';
import { type Command, Option } from 'commander';
import { columns, print, when } from '../output.ts';

type Place = { readonly keys?: string; readonly kek?: string; readonly json?: true };

/** `throughline kek status | rotate | forget`: beside the services, on the machine that has the key store. */
export const kekCommands = (program: Command): void => {
  const kek = program.command('kek').description('the key-encryption key, which wraps all others');
  at(kek.command('status'))
    .description('which there are, and how much lies under each')
    .action(async (_: unknown, command: Command) => {
      const { json, found } = await within(command, (rotation) => ({ found: rotation.status() }));
      print(json, { items: found }, () => inWords(found));
    });
  at(kek.command('rotate'))
    .description('wrap every key with another one, while the services work; nothing else is written anew')
    .option('--go-on', 'no other one: finish a rotation that was cut off')
    .action(async (_: unknown, command: Command) => {
      const { goOn = false } = command.opts<{ goOn?: boolean }>();
      const { json, wrapped, found } = await within(command, (rotation) => {
        const wrapped = rotation.rotate(goOn, progress);
        return { wrapped, found: rotation.status() };
      });
      print(json, { wrapped, items: found }, () => `Wrapped ${wrapped} anew.\n${inWords(found)}`);
    });
  at(kek.command('forget'))
    .description('forget those under which nothing lies; older backups of the key store do not open any more')
    .action(async (_: unknown, command: Command) => {
      const { json, forgotten } = await within(command, (rotation) => ({ forgotten: rotation.forget() }));
      print(json, { forgotten }, () => (forgotten.length > 0 ? `Forgotten: ${forgotten.join(', ')}` : 'None is idle.'));
    });
};

const at = (command: Command): Command =>
  command
    .addOption(new Option('--keys <url>', 'where the key store is; else that of the data folder (THROUGHLINE_DATA_DIR)').env('KEYS_URL'))
    .addOption(new Option('--kek <place>', 'a path, or exec: and a program; else that of the data folder').env('KEYS_KEK')); // prettier-ignore

// A variable that is set to nothing is not set.
const within = async <Result>(
  command: Command,
  use: (rotation: Rotation) => Result,
): Promise<Result & { json: boolean }> => {
  const { openRotation } = await import('@throughline/privacy');
  const { keys, kek, json } = command.optsWithGlobals<Place>();
  const folder = resolve(env['THROUGHLINE_DATA_DIR'] || '.throughline', 'keys');
  const rotation = openRotation({
    url: keys || pathToFileURL(`${folder}/keys.sqlite`).href,
    kek: kek || `${folder}/kek`,
  });
  try {
    return { ...use(rotation), json: json === true };
  } finally {
    rotation.close();
  }
};

const progress = (wrapped: number): void => {
  if (stderr.isTTY) stderr.write(`\r${wrapped}`);
};

const inWords = (found: readonly KekStatus[]): string =>
  columns(
    ['key', 'made', 'wraps', ''],
    found.map(({ id, madeAt, keys, current }) => [id, when(madeAt), String(keys), current ? 'current' : keys > 0 ? 'needed' : 'idle']), // prettier-ignore
  );
