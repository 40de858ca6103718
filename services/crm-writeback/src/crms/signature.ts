import { createHmac } from 'node:crypto';
import { z } from 'zod';

const prefix = 'whsec_';
const base64 = z.base64();

/** Whether a secret is one of Standard Webhooks: 24 to 64 bytes in base64 after `whsec_`. */
export const isSigningKey = (secret: string): boolean => {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : '';
  const bytes = base64.safeParse(text).success ? Buffer.from(text, 'base64').length : 0;
  return bytes >= 24 && bytes <= 64;
};

/** The headers by which a receiver knows, after Standard Webhooks, that a body is ours, fresh, and which one it is. */
export const signatureOf = (secret: string, id: string, at: Date, body: string): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
