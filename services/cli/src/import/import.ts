import pMap from 'p-map';
import type { Client } from '../client.ts';
import { type Problem, Refused } from '../refused.ts';
import { flawOf, outlookOf } from './check.ts';
import { applyMapping, type Mapped, type Mapping } from './mapping.ts';
import { type File, type Item, itemsOf } from './source.ts';

/** What became of everything that was read; `read` is the sum of the others. */
export type Counts = { read: number; captured: number; duplicate: number; quarantined: number; rejected: number };

/** One thing that a person must look at. */
export type Complaint = {
  readonly from: string;
  readonly outcome: 'quarantined' | 'rejected';
  readonly reason: string;
};

export type Import = {
  readonly client: Client;
  readonly files: readonly File[];
  readonly mapping: Mapping;
  /** Marked as closed history: shown, never acted on. */
  readonly backfill: boolean;
  readonly dryRun: boolean;
  /** Called with the bytes of the input that are behind us. */
  readonly onProgress: (bytes: number) => void;
  readonly onComplaint: (complaint: Complaint) => void;
  /** Called with each mail. */
  readonly onMail: (mail: Uint8Array) => void;
};

type Outcome = 'captured' | 'duplicate' | 'quarantined' | 'rejected';
type Answer = { readonly outcome: Outcome; readonly detail?: string; readonly reason?: string };
type BatchAnswer = { readonly results: readonly { readonly outcome: Outcome; readonly problem?: Problem }[] };
/** What is sent at once: one mail, or the interactions of some records. */
type Unit = { readonly bytes: number } & (
  { readonly mail: Item & { is: 'mail' } } | { readonly batch: readonly Mapped[] }
);

/** Why an import could not go on, and at what it stood: a mail, or the first and the last of some records. */
export type Stopped = { readonly at: string; readonly error: unknown };

const atOnce = 8;
const perBatch = 500;
const batchBytes = 4 * 1_048_576;

/**
 * Brings files into the ledger. Everything that a file holds ends as exactly one of the counts. Repeating it, or
 * repeating it after it was killed, captures only what is missing: the ledger knows each fact by its id. Where the server
 * fails nothing more is sent, and what was on its way is waited for.
 */
export const runImport = async (run: Import): Promise<{ counts: Counts; stopped?: Stopped }> => {
  const counts: Counts = { read: 0, captured: 0, duplicate: 0, quarantined: 0, rejected: 0 };
  let behind = 0;
  let stopped: Stopped | undefined;
  const tell = (from: string, outcome: Outcome, reason?: string) => {
    counts.read += 1;
    counts[outcome] += 1;
    if (outcome === 'quarantined' || outcome === 'rejected')
      run.onComplaint({ from, outcome, reason: reason ?? outcome });
  };
  const work = async (unit: Unit) => {
    try {
      if ('mail' in unit) await sendMail(run, unit.mail, tell);
      else await sendBatch(run, unit.batch, tell);
      behind += unit.bytes;
      run.onProgress(behind);
    } catch (error) {
      stopped ??= { at: placeOf(unit), error };
    }
  };
  const units = async function* () {
    for await (const unit of unitsOf(run))
      if (stopped) return;
      else yield unit;
  };
  await pMap(units(), work, { concurrency: atOnce });
  return { counts, ...(stopped && { stopped }) };
};

const placeOf = (unit: Unit): string => {
  if ('mail' in unit) return unit.mail.from;
  const [first, last] = [unit.batch[0]!.from, unit.batch.at(-1)!.from];
  return first === last ? first : `${first} to ${last}`;
};

async function* unitsOf({ files, mapping, backfill }: Import): AsyncGenerator<Unit> {
  let batch: Mapped[] = [];
  let bytes = 0;
  for (const file of files)
    for await (const item of itemsOf(file)) {
      if (item.is === 'mail') yield { mail: item, bytes: item.bytes };
      else {
        if (item.is === 'record') batch.push(...(await applyMapping(item, mapping, backfill)));
        else batch.push({ is: 'rejected', from: item.from, reason: item.reason });
        bytes += item.bytes;
        if (batch.length >= perBatch || bytes >= batchBytes) {
          yield { batch, bytes };
          [batch, bytes] = [[], 0];
        }
      }
    }
  if (batch.length > 0) yield { batch, bytes };
}

type Tell = (from: string, outcome: Outcome, reason?: string) => void;

const sendMail = async (run: Import, { from, mail }: Item & { is: 'mail' }, tell: Tell) => {
  const { client, backfill, dryRun } = run;
  run.onMail(mail);
  const outlook = outlookOf(mail);
  if (dryRun) return tell(from, outlook.outcome, outlook.reason);
  try {
    const body = { type: 'message/rfc822', bytes: mail };
    const query = { backfill, file: from.slice(-512).toWellFormed() };
    const answer = await client.ask<Answer>('/v1/emails', { method: 'POST', query, body });
    tell(from, answer.outcome, answer.reason ?? answer.detail);
  } catch (error) {
    if (!isAboutTheItem(error)) throw error;
    tell(from, 'rejected', error.message);
  }
};

const sendBatch = async (run: Import, batch: readonly Mapped[], tell: Tell) => {
  for (const mapped of batch) if (mapped.is === 'rejected') tell(mapped.from, 'rejected', mapped.reason);
  const sent = batch.filter((mapped) => mapped.is === 'interaction');
  for (let at = 0; at < sent.length; at += perBatch) await sendSome(run, sent.slice(at, at + perBatch), tell);
};

const sendSome = async (
  { client, dryRun }: Pick<Import, 'client' | 'dryRun'>,
  sent: readonly (Mapped & { is: 'interaction' })[],
  tell: Tell,
): Promise<void> => {
  if (dryRun)
    return sent.forEach(({ from, body }) => {
      const flaw = flawOf(body);
      tell(from, flaw === undefined ? 'captured' : 'rejected', flaw);
    });
  try {
    const json = sent.map(({ body }) => body);
    const { results } = await client.ask<BatchAnswer>('/v1/interactions:batch', { method: 'POST', json });
    results.forEach(({ outcome, problem }, at) => tell(sent[at]!.from, outcome, problem && inWords(problem)));
  } catch (error) {
    if (!isAboutTheItem(error)) throw error;
    if (sent.length === 1) return tell(sent[0]!.from, 'rejected', error.message);
    // The batch as a whole was refused (too large, say): each half on its own, so that the culprit is named.
    const half = Math.ceil(sent.length / 2);
    await sendSome({ client, dryRun }, sent.slice(0, half), tell);
    await sendSome({ client, dryRun }, sent.slice(half), tell);
  }
};

const isAboutTheItem = (error: unknown): error is Refused =>
  error instanceof Refused && [400, 409, 413, 415, 422].includes(error.status);

const inWords = ({ title, detail, errors = [] }: Problem): string =>
  errors.length > 0
    ? errors.map(({ pointer, reason }) => `${pointer} ${reason}`).join('; ')
    : (detail ?? title ?? 'refused');
