import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** 192 random bits, in characters that need no escaping in a URL. */
export const newPassword = (): string => randomBytes(24).toString('base64url');

/**
 * The SCRAM-SHA-256 verifier of a password (RFC 5803) as PostgreSQL stores it, so that no statement, and with it no
 * log, ever holds the password itself. ASCII passwords only: no SASLprep.
 */
export function verifierOf(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const sign = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(sign('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${sign('Server Key').toString('base64')}`;
}
