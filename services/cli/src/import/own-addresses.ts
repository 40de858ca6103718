/** The mail addresses that a header's value names. Good enough to count by; capture parses mail properly. */
const addressesIn = (value: string): string[] =>
  [...value.matchAll(/[a-z0-9._%+'-]+@[a-z0-9.-]+\.[a-z]{2,}/gi)].map(([address]) => address.toLowerCase());

/** The header of a mail, a field a line; of a long one its beginning. */
export const headerOf = (mail: Uint8Array): string => {
  const text = Buffer.from(mail.buffer, mail.byteOffset, Math.min(mail.byteLength, 65_536)).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  return (end < 0 ? text : text.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ');
};

/** Who sent a mail, as far as its header tells. */
export const senderOf = (mail: Uint8Array): string | undefined =>
  addressesIn(/^from:(.*)$/im.exec(headerOf(mail))?.[1] ?? '')[0];

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

// Where everybody has an address, that one is ours says nothing of the others.
const isPublic = (domain: string): boolean =>
  /^(?:gmail|googlemail|outlook|hotmail|live|msn|yahoo|icloud|me|aol|gmx|web|mail|proton|protonmail|qq|163|yandex)\./.test(
    domain,
  );

/** An address or a domain that is ours. */
export type Own = { readonly address?: string; readonly domain?: string };

/**
 * Domains of which one address is ours and others sent mails: these count as customers, which is seldom what is meant.
 * `senders` is how many mails each one sent.
 */
export const halfOwned = (
  own: readonly Own[],
  senders: ReadonlyMap<string, number>,
): readonly {
  readonly domain: string;
  readonly address: string;
  readonly others: number;
  readonly mails: number;
}[] => {
  const whole = new Set(own.flatMap(({ domain }) => domain ?? []));
  const ours = new Set(own.flatMap(({ address }) => address ?? []));
  const firsts = new Map([...ours].toReversed().map((address) => [domainOf(address), address]));
  return [...firsts].flatMap(([domain, address]) => {
    const others = [...senders].filter(([sender]) => domainOf(sender) === domain && !ours.has(sender));
    if (whole.has(domain) || isPublic(domain) || others.length === 0) return [];
    return { domain, address, others: others.length, mails: others.reduce((sum, [, mails]) => sum + mails, 0) };
  });
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
