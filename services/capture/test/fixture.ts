import { readFileSync } from 'node:fs';

/** A mail of `fixtures/`, its lines ending as on the wire. */
export const fixture = (name: string): Buffer =>
  Buffer.from(readFileSync(new URL(`../fixtures/${name}.eml`, import.meta.url), 'utf8').replaceAll('\n', '\r\n'));

/** A mail made of header fields and a body. */
export const mailOf = (headers: Readonly<Record<string, string>>, body = 'Hello.'): Buffer => {
  const plain = {
    From: 'Ann Lee <ann@example.com>',
    To: 'help@acme.example',
    Date: 'Mon, 4 May 2026 09:30:00 +0000',
    'Message-ID': '<made@example.com>',
    Subject: 'Made',
  };
  const fields = Object.entries({ ...plain, ...headers }).filter(([, value]) => value !== '');
  return Buffer.from(`${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
};
