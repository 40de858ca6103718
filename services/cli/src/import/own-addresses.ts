/** The mail addresses that a header's value names. Good enough to count by; capture parses mail properly. */
const addressesIn = (value: string): string[] =>
  [...value.matchAll(/[a-z0-9._%+'-]+@[a-z0-9.-]+\.[a-z]{2,}/gi)].map(([address]) => address.toLowerCase());

const headerOf = (mail: Uint8Array): string => {
  const text = Buffer.from(mail.buffer, mail.byteOffset, Math.min(mail.byteLength, 65_536)).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  return (end < 0 ? text : text.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ');
};

/**
 * Finds out whose mailbox is imported: every address that mail was delivered to (`Delivered-To`, `X-Original-To`,
 * `Envelope-To`), and, where no mail says so, a recipient of at least every fifth mail. Order does not matter.
 */
export class OwnAddressScan {
  private readonly delivered = new Map<string, number>();
  private readonly recipients = new Map<string, number>();
  private mails = 0;

  look(mail: Uint8Array): void {
    this.mails += 1;
    const header = headerOf(mail);
    const count = (into: Map<string, number>, names: RegExp) => {
      const found = new Set([...header.matchAll(names)].flatMap(([, value]) => addressesIn(value!)));
      for (const address of found) into.set(address, (into.get(address) ?? 0) + 1);
    };
    count(this.delivered, /^(?:delivered-to|x-original-to|envelope-to):(.*)$/gim);
    count(this.recipients, /^(?:to|cc):(.*)$/gim);
  }

  /** What was found, the most frequent first. */
  found(): readonly { address: string; mails: number }[] {
    const atLeast = (counts: Map<string, number>, share: number) =>
      [...counts]
        .filter(([, mails]) => mails >= Math.max(2, this.mails * share))
        .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
        .map(([address, mails]) => ({ address, mails }));
    const delivered = atLeast(this.delivered, 0.01);
    return delivered.length > 0 ? delivered : atLeast(this.recipients, 0.2);
  }
}
