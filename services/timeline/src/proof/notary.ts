import type { KeyObject } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import type { Log } from '@throughline/host';
import {
  compare,
  type Fault,
  givenUpAfter,
  isSignedBy,
  type Position,
  signCheckpoint,
  type SignedCheckpoint,
  tipOfLedger,
} from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import { signingKey, signingKeyOf } from '@throughline/privacy';
import { checkpointJson, readCheckpoint } from './checkpoint.ts';

/** Where checkpoints are kept, and what they are signed with. */
export type NotaryOptions = {
  /** The path of the Ed25519 key. */
  readonly key: string;
  /** Whether the key is made where it is missing and nothing was signed yet. */
  readonly mayCreate: boolean;
  /** The folder that checkpoints go to: outside the database, and best on another machine. */
  readonly folder: string;
  /** Seconds between two checkpoints; none is made where nothing was appended. */
  readonly every: number;
};

type Deps = { readonly db: Pick<Database, 'query'>; readonly now: () => Date; readonly log?: Log };

const digitsOf = (position: Position): string => String(position).padStart(20, '0');

/** So many checkpoints are held against the ledger at once. */
const atOnce = 500;

/** Signs what the ledger is by now and keeps that; tells whether the ledger still contains what was signed. */
export class Notary implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly publicKey: KeyObject;
  readonly #options: NotaryOptions;
  readonly #deps: Deps;
  #timer: NodeJS.Timeout | undefined;

  /** Throws `SigningKeyUnusable`. */
  constructor(options: NotaryOptions, deps: Deps) {
    this.#options = options;
    this.#deps = deps;
    this.publicKey = signingKeyOf(options, options.mayCreate).publicKey;
  }

  /** Signs by itself from now on, at once and every so often. */
  onApplicationBootstrap(): void {
    void this.#trySign();
    this.#timer = setInterval(() => void this.#trySign(), this.#options.every * 1_000);
  }

  /** Signs once more, and no more by itself. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#trySign();
  }

  async #trySign(): Promise<void> {
    await this.sign().catch((error: Error) =>
      this.#deps.log?.error(
        { reason: error instanceof Rejection ? error.detail : error.name },
        'no checkpoint was signed',
      ),
    );
  }

  /** Signs what the ledger is and keeps it; what was signed already is not signed again. Undefined where there are no events. */
  async sign(): Promise<SignedCheckpoint | undefined> {
    const tip = await tipOfLedger(this.#deps.db);
    if (!tip) return undefined;
    await this.#refuseContradicted();
    const file = join(this.#options.folder, `${digitsOf(tip.position)}-${tip.hash.slice(0, 16)}.json`);
    const kept = await readFile(file, 'utf8').catch(() => undefined);
    if (kept !== undefined) return readCheckpoint(kept);
    // Read anew: whoever takes the file away stops what comes next, and nothing is signed with a key that is gone.
    const key = signingKey(this.#options.key, false);
    const signed = signCheckpoint({ ...tip, at: this.#deps.now().toISOString() }, key);
    await writeFile(`${file}.${process.pid}`, `${checkpointJson(signed)}\n`, { flush: true });
    await rename(`${file}.${process.pid}`, file);
    return signed;
  }

  /** Why nothing more is signed: the ledger does not contain what was signed last, or that is not ours. Else undefined. */
  async contradiction(): Promise<string | undefined> {
    try {
      await this.#refuseContradicted();
      return undefined;
    } catch (error) {
      if (error instanceof Rejection) return error.detail;
      throw error;
    }
  }

  /** A ledger that lost what was signed is not signed again: the next checkpoints would speak for it. */
  async #refuseContradicted(): Promise<void> {
    const newest = (await this.#names()).at(-1);
    if (newest === undefined) return;
    const signed = await this.#read(newest);
    const fault = await this.faultOf(signed);
    if (!fault) return;
    const { folder } = this.#options;
    const after = await givenUpAfter(this.#deps.db, signed);
    throw new Rejection(
      'CheckpointContradicted',
      after === undefined
        ? `The ledger does not contain what ${newest} says (at ${fault.position}: ${fault.reason}), and nothing tells that it was restored. Nothing is signed while that lies in ${folder}. Is the ledger a folder that was copied back, or a base backup that was started as it is? Then stop, say so before more is appended (docs/recovery.md: throughline ledger restored, or select ledger.restored()), start again, and move what was given up out of there.`
        : `The ledger was restored: it goes on in another fork after ${after}, and what was signed of later positions until then was given up (${newest} at the latest). Nothing is signed while that lies in ${folder}: move it out of there, and keep it as the record of what was given up (docs/recovery.md).`,
    );
  }

  /**
   * What was signed and is kept, of positions below `before`, newest first. Each is read as it is asked for: over the years
   * there are more than a process may have open. Throws where a file is no checkpoint.
   */
  async *kept(before?: Position): AsyncGenerator<SignedCheckpoint, void, void> {
    for (const name of (await this.#names(before)).toReversed()) yield this.#read(name);
  }

  /** What is wrong with the ledger by what is kept; undefined where it contains all of it. */
  async fault(): Promise<Fault | undefined> {
    const names = await this.#names();
    for (let from = 0; from < names.length; from += atOnce) {
      const some: SignedCheckpoint[] = [];
      for (const name of names.slice(from, from + atOnce)) some.push(this.#ours(await this.#read(name)));
      const fault = await compare(this.#deps.db, some);
      if (fault) return fault;
    }
    return undefined;
  }

  /** What is wrong with the ledger by one checkpoint. Rejects with `CheckpointForeign` where another key signed it, or nobody. */
  async faultOf(signed: SignedCheckpoint): Promise<Fault | undefined> {
    return compare(this.#deps.db, [this.#ours(signed)]);
  }

  #ours(signed: SignedCheckpoint): SignedCheckpoint {
    if (isSignedBy(signed, this.publicKey)) return signed;
    throw new Rejection(
      'CheckpointForeign',
      `The checkpoint at ${signed.position} was not signed by this installation's key, or was changed since.`,
    );
  }

  /** The files by position, of which their names begin with all digits. */
  async #names(before?: Position): Promise<readonly string[]> {
    const end = before === undefined ? undefined : digitsOf(before);
    const files = (await readdir(this.#options.folder)).filter((name) => name.endsWith('.json')).toSorted();
    return end === undefined ? files : files.filter((name) => name < end);
  }

  async #read(name: string): Promise<SignedCheckpoint> {
    return readCheckpoint(await readFile(join(this.#options.folder, name), 'utf8'), name);
  }
}
