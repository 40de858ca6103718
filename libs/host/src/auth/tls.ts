import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';

/** What HTTP and gRPC are served with over TLS, as PEM; with `clientCa` clients need a certificate of it (mTLS). */
export type Tls = { readonly cert: Buffer; readonly key: Buffer; readonly clientCa?: Buffer };

/** The file at a path, for a setting; said of it where it cannot be read. */
export const fileOf = (path: string, context: z.RefinementCtx): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `cannot be read: ${(error as NodeJS.ErrnoException).code}` });
    return z.NEVER;
  }
};

/** The path of a PEM file, as what is in it. */
export const pem = z.string().transform(fileOf).optional();

/** The settings of TLS: each the path of a PEM file. */
export const tlsSettings = { TLS_CERT: pem, TLS_KEY: pem, TLS_CLIENT_CA: pem };

type Settings = { readonly [Name in keyof typeof tlsSettings]?: Buffer | undefined };

/** What is wrong with the settings of TLS together, by name. */
export const tlsFaults = ({ TLS_CERT, TLS_KEY, TLS_CLIENT_CA }: Settings): [name: string, reason: string][] => {
  if (TLS_CERT && !TLS_KEY) return [['TLS_KEY', 'is missing beside TLS_CERT']];
  if (TLS_KEY && !TLS_CERT) return [['TLS_CERT', 'is missing beside TLS_KEY']];
  if (TLS_CLIENT_CA && !TLS_CERT) return [['TLS_CERT', 'is missing beside TLS_CLIENT_CA']];
  try {
    createSecureContext({ cert: TLS_CERT, key: TLS_KEY, ca: TLS_CLIENT_CA });
    return [];
  } catch (error) {
    return [['TLS_CERT', `does not go with TLS_KEY and TLS_CLIENT_CA: ${(error as Error).message}`]];
  }
};

/** TLS as it is set; undefined where it is not. */
export const tlsOf = ({ TLS_CERT: cert, TLS_KEY: key, TLS_CLIENT_CA: clientCa }: Settings): Tls | undefined =>
  cert && key && { cert, key, ...(clientCa && { clientCa }) };
