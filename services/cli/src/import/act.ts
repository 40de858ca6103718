import { createWriteStream, type WriteStream } from 'node:fs';
import { stderr } from 'node:process';
import { Presets, SingleBar } from 'cli-progress';
import { type Client, exit } from '../client.ts';
import { roomFor } from '../file.ts';
import { clientOf, type Global } from '../global.ts';
import { counted, print, safe } from '../output.ts';
import { type Complaint, type Counts, runImport } from './import.ts';
import { asItIs, mappingOf } from './mapping.ts';
import { halfOwned, type Own, OwnAddressScan, senderOf } from './own-addresses.ts';
import { type File, filesOf, type Format, itemsOf } from './source.ts';

type Options = Global & { format?: Format; map?: string; dryRun?: boolean; live?: boolean; rejects?: string };

/** What `throughline import` does. Answers the exit code. */
export const act = async (paths: readonly string[], options: Options): Promise<number> => {
  const client = clientOf(options);
  const files = await filesOf(paths, options.format);
  if (options.rejects !== undefined) await roomFor(options.rejects);
  const mapping = options.map ? await mappingOf(options.map) : asItIs;
  const dryRun = options.dryRun === true;
  if (!dryRun) await learnOwnAddresses(client, files);
  const senders = new Map<string, number>();
  const bar = progress(files);
  const complaints = new Complaints(options.rejects);
  const { counts, stopped } = await runImport({
    client,
    files,
    mapping,
    dryRun,
    backfill: !options.live,
    onProgress: (bytes) => bar?.update(Math.round(bytes)),
    onComplaint: (complaint) => complaints.take(complaint),
    onMail: (mail) => {
      const sender = senderOf(mail);
      if (sender !== undefined) senders.set(sender, (senders.get(sender) ?? 0) + 1);
    },
  }).finally(() => bar?.stop());
  await complaints.close();
  if (stopped) {
    print(options.json === true, counts, () => inWords(counts, dryRun, true));
    stderr.write(`stopped at ${safe(stopped.at)}: what follows was not sent; the same again brings what is missing\n`);
    throw stopped.error;
  }
  if (senders.size > 0 && !dryRun) await warnOfHalfOwned(client, senders);
  print(options.json === true, counts, () => inWords(counts, dryRun));
  return counts.rejected + counts.quarantined > 0 ? exit.needsALook : exit.done;
};

const inWords = (
  { read, captured, duplicate, quarantined, rejected }: Counts,
  dryRun: boolean,
  isPart = false,
): string =>
  (read === 0 && !isPart ? 'There was nothing to read. ' : '') +
  (dryRun
    ? `${read} read: ${captured} would be captured, ${quarantined} quarantined, ${rejected} rejected; what is known already was not asked.`
    : `${read} read: ${captured} captured, ${duplicate} already known, ${quarantined} quarantined, ${rejected} rejected.`) +
  (quarantined > 0 && !dryRun ? '\nSee what was quarantined: npx throughline quarantine list' : '');

const progress = (files: readonly File[]): SingleBar | undefined => {
  if (!stderr.isTTY) return undefined;
  const bar = new SingleBar(
    { format: '{bar} {percentage} % · {eta_formatted} left', stream: stderr },
    Presets.shades_classic,
  );
  bar.start(
    files.reduce((sum, { size }) => sum + size, 0),
    0,
  );
  return bar;
};

/** Whose mailbox is it? Without an answer nobody can tell who wrote to whom; so it is found out, said and stored first. */
const learnOwnAddresses = async (client: Client, files: readonly File[]): Promise<void> => {
  const mails = files.filter(({ format }) => format === 'eml' || format === 'mbox');
  if (mails.length === 0) return;
  for await (const known of client.all('/v1/own-addresses')) if (known) return;
  const scan = new OwnAddressScan();
  for (const file of mails) for await (const item of itemsOf(file)) if (item.is === 'mail') scan.look(item.mail);
  const found = scan.found();
  for (const { address } of found)
    await client.ask('/v1/own-addresses', { method: 'POST', json: { address, found: true } });
  if (found.length > 0)
    stderr.write(
      `Own addresses found in the mails, and stored (change them with \`throughline own-addresses\`):\n` +
        found.map(({ address, mails: n }) => `  ${safe(address)} (${n} mails)\n`).join(''),
    );
};

/** Colleagues who count as customers are told of: once it is known whose domain it is, later mail is read rightly. */
const warnOfHalfOwned = async (client: Client, senders: ReadonlyMap<string, number>): Promise<void> => {
  const own = await Array.fromAsync(client.all<Own>('/v1/own-addresses'));
  for (const { domain, address, others, mails } of halfOwned(own, senders))
    stderr.write(
      `${counted(mails, 'mail')} came from ${counted(others, 'other address', 'es')} at ${safe(domain)}, taken for customers: only ${safe(address)} is ours.\n` +
        `  If the whole domain is: throughline own-addresses add ${safe(domain)} (before the next import; docs/importing.md)\n`,
    );
};

/** What needs a look: the first few to standard error, all of them to a file where one is given. */
class Complaints {
  private told = 0;
  private readonly file: WriteStream | undefined;

  constructor(path: string | undefined) {
    this.file = path === undefined ? undefined : createWriteStream(path);
  }

  take(complaint: Complaint): void {
    this.file?.write(`${JSON.stringify(complaint)}\n`);
    this.told += 1;
    if (this.told <= 10) stderr.write(`${complaint.outcome}: ${safe(complaint.from)}: ${safe(complaint.reason)}\n`);
    if (this.told === 11) stderr.write('… and more; --rejects FILE lists them all\n');
  }

  async close(): Promise<void> {
    const { file } = this;
    if (file) await new Promise<void>((resolve) => file.end(resolve));
  }
}
