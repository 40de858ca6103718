import { describe, expect, it } from '@jest/globals';
import { automaticBecause } from './automatic.ts';
import { splitMail } from './raw.ts';

const because = (header: string) => automaticBecause(splitMail(Buffer.from(`${header}\r\n\r\n`)));

describe('mail made by a machine', () => {
  it.each([
    ['Auto-Submitted: auto-replied', 'auto-submitted'],
    ['Auto-Submitted: auto-generated; owner-email="a@x"', 'auto-submitted'],
    ['Content-Type: multipart/report; report-type=delivery-status', 'report'],
    ['Return-Path: <>', 'bounce'],
    ['X-Failed-Recipients: a@x', 'bounce'],
    ['Precedence: auto_reply', 'auto-reply'],
    ['X-Autoreply: yes', 'auto-reply'],
    ['List-Id: <l.x>', 'list'],
    ['Precedence: list', 'list'],
    ['Precedence: bulk', 'bulk'],
    ['List-Unsubscribe: <https://x>', 'bulk'],
  ])('%s', (header, reason) => expect(because(header)).toBe(reason));
  it.each(['Auto-Submitted: no', 'Auto-Submitted:', 'Precedence: normal', 'Return-Path: <a@x>', 'Subject: Re: list'])(
    'is not: %s',
    (header) => expect(because(header)).toBeUndefined(),
  );
});
