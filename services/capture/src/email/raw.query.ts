import { Inject, Injectable } from '@nestjs/common';
import { sources, type Sources } from '../sources.ts';

/** A mail by the id of its event, and which content of that id it is. */
export type RawId = { readonly event: string; readonly fingerprint: string };

/** Mails as they came, sealed. */
@Injectable()
export class RawMails {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  /** Keeps a mail's bytes jointly for the handles that own it; durable once it resolves. One that is kept stays; answers whether it is new. */
  async keep(
    tenant: string,
    { event, fingerprint }: RawId,
    owners: readonly string[],
    mail: Uint8Array,
  ): Promise<boolean> {
    const { vault, db } = this.sources;
    const { keys, bytes } = await vault.sealBytes(tenant, owners, event, mail);
    const { rowCount } = await db.asTenant(tenant, (client) =>
      client.query({
        name: 'capture.raw.keep',
        text: `insert into capture.raw (tenant, event, fingerprint, keys, sealed) values ($1, $2, $3, $4, $5)
          on conflict do nothing`,
        values: [tenant, event, fingerprint, keys, bytes],
      }),
    );
    return rowCount === 1;
  }

  /** Lets a mail go of which no event was made; it is kept elsewhere by now. */
  async drop(tenant: string, { event, fingerprint }: RawId): Promise<void> {
    await this.sources.db.asTenant(tenant, (client) =>
      client.query('delete from capture.raw where tenant = $1 and event = $2 and fingerprint = $3', [
        tenant,
        event,
        fingerprint,
      ]),
    );
  }

  /** The bytes of the mail that an event was made of; nothing where there are none, or their key is gone. */
  async find(tenant: string, { event, fingerprint }: RawId): Promise<Buffer | undefined> {
    const { rows } = await this.sources.db.asTenant(tenant, (client) =>
      client.query<{ keys: string[]; bytes: Buffer }>(
        'select keys, sealed as bytes from capture.raw where tenant = $1 and event = $2 and fingerprint = $3',
        [tenant, event, fingerprint],
      ),
    );
    return rows[0] && this.sources.vault.openBytes(tenant, rows[0], event);
  }
}
