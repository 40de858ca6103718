import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { found, jsonOf } from '../file.ts';

/** The version of manifests that is written; another one is refused. */
export const version = 1;

/** Which events were asked for, before they were read. */
export type Range = {
  readonly tenant: string;
  readonly opened: boolean;
  readonly from: number;
  readonly to: number;
  readonly chain: { readonly ledger: string; readonly epoch: number; readonly position: number; readonly hash: string } | null; // prettier-ignore
};

/** What is said of an export, in a file beside it. */
export type Manifest = Range & {
  readonly throughlineExport: number;
  readonly format: string;
  /** What narrowed it. */
  readonly filter: Readonly<Record<string, string>>;
  readonly rows: number;
  /** The positions of its first and last row; null where it has none. */
  readonly first: number | null;
  readonly last: number | null;
  readonly bytes: number;
  /** Of the file: 64 hexadecimal digits. */
  readonly sha256: string;
  readonly exportedAt: string;
  /** Where it is opened. */
  readonly warning?: string;
};

/** Where the manifest of an export is. */
export const manifestOf = (file: string): string => `${file}.manifest.json`;

/** A file's size and the SHA-256 of its bytes. */
export const digestOf = async (file: string): Promise<Pick<Manifest, 'bytes' | 'sha256'>> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') };
};

/** The manifest beside a file. Throws a sentence where there is none, or one that cannot be read here. */
export const readManifest = async (file: string): Promise<Manifest> => {
  const read = (await jsonOf(manifestOf(file))) as Partial<Manifest> | null;
  if (read?.throughlineExport === version && typeof read.sha256 === 'string') return read as Manifest;
  throw new Error(`${manifestOf(file)} is no manifest of an export, or one of a later version`);
};

/** What is wrong with a file by its manifest; undefined where it is whole and was not changed. */
export const faultOf = async (file: string, { bytes, sha256 }: Manifest): Promise<string | undefined> => {
  const is = await found(file, 'file').then(() => digestOf(file)).catch((error: Error) => error.message); // prettier-ignore
  if (typeof is === 'string') return is;
  if (is.bytes !== bytes) return `it has ${is.bytes} bytes, and had ${bytes}`;
  return is.sha256 === sha256 ? undefined : 'its bytes were changed: its SHA-256 is another one';
};
