import { type Ended, run, type Run } from './standalone.ts';

const main = '../../cli/src/main.ts';

/** Runs `throughline …` against a server. */
export const startCli = (url: string, ...args: readonly string[]): Run => cliAs(url, {}, ...args);

/** The same where the shell has these variables as well. */
export const cliAs = (url: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Run =>
  run(main, args, { THROUGHLINE_URL: url, ...env });

export const cli = (url: string, ...args: readonly string[]): Promise<Ended> => startCli(url, ...args).ended;

/** The one value that a command with `--json` prints last. Throws what it said where it did not end with `code`. */
export const cliJson = async <Value>(url: string, args: readonly string[], code = 0): Promise<Value> => {
  const ended = await cli(url, ...args, '--json');
  if (ended.code !== code) throw new Error(`throughline ${args.join(' ')}: ${ended.code}: ${ended.out}${ended.err}`);
  return JSON.parse(ended.out.trimEnd().split('\n').at(-1)!) as Value;
};

/** What `import --json` ends with. */
export type Counts = Readonly<Record<'read' | 'captured' | 'duplicate' | 'quarantined' | 'rejected', number>>;

/** What `status --json` answers. */
export type Status = {
  readonly ready: boolean;
  readonly tenant: string;
  readonly head: number;
  readonly checksum: string;
  readonly counts: Readonly<
    Record<'events' | 'interactions' | 'entries' | 'customers' | 'quarantined' | 'parked', number>
  >;
  readonly projections: readonly { readonly name: string; readonly position: number; readonly checksum?: string }[];
};
