import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Certificate, certificate, certificateText } from '@throughline/contracts';
import { type Client, exit } from '../client.ts';
import { jsonOf, textOf } from '../file.ts';
import { print, when } from '../output.ts';

/** A public key in PEM. Throws a sentence that names where it is from. */
export const publicKeyIn = (pem: string, from: string): KeyObject => {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error(`${from} holds no public key in PEM`, { cause: error });
  }
};

/** Whether a certificate was signed as it is by the key whose public half this is. Needs no server. */
export const isSignedWith = (certificate: Certificate, publicKey: KeyObject): boolean => {
  const { key, signature } = certificate;
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  if (key !== id || signature === undefined) return false;
  return verify(null, Buffer.from(certificateText(certificate)), publicKey, Buffer.from(signature, 'base64'));
};

type Options = { readonly publicKey?: string; readonly json?: boolean };

/** What `throughline erase --check FILE` does. */
export const checked = async (client: Client, file: string, { publicKey, json }: Options): Promise<void> => {
  const proof = await certificateIn(file);
  const pem = publicKey === undefined ? await publicKeyOf(client) : await textOf(publicKey);
  const ok = isSignedWith(proof, publicKeyIn(pem, publicKey ?? 'what the server answered'));
  const { erasure, completedAt } = proof;
  print(json === true, { ok, erasure, completedAt }, () =>
    ok
      ? `Signed as it is: complete since ${when(completedAt)} (${erasure}).`
      : 'It was not signed by this key as it is.',
  );
  if (!ok) process.exitCode = exit.failed;
};

type Holding = { readonly certificate?: unknown; readonly items?: readonly { readonly certificate?: unknown }[] };

/**
 * As it stands in the file, since another spelling of a moment is not what was signed: by itself, or in an erasure as
 * `GET /v1/erasures` answers it.
 */
const certificateIn = async (file: string): Promise<Certificate> => {
  const whole = (await jsonOf(file)) as Holding | null;
  const held = whole?.items ?? [whole];
  if (held.length > 1) throw new Error(`${file} holds ${held.length} erasures: it is one that is checked`);
  const proof = held[0]?.certificate ?? held[0];
  if (certificate.safeParse(proof).success) return proof as Certificate;
  throw new Error(
    `${file} holds no certificate: what \`throughline erase HANDLE --json\` prints, or GET /v1/erasures/{id} answers`,
  );
};

const publicKeyOf = async (client: Client): Promise<string> =>
  (await client.ask<{ publicKey: string }>('/v1/ledger/checkpoints')).publicKey;
