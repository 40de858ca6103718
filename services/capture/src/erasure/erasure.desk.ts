import { Inject, Injectable } from '@nestjs/common';
import { streamOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { Busy, type Caller } from '@throughline/host';
import { customerOf, handlesOf, identityProjector } from '@throughline/identity';
import { beginAudit } from '@throughline/service';
import { caughtUp, findCaughtUp } from '../caught-up.ts';
import { place } from '../reactor.ts';
import { type Sources, sources } from '../sources.ts';
import { transact } from '../transact.ts';
import { erase, erasureId, erasures, keysAhead } from './erasure.ts';
import { erasureBy, erasureOf, type ErasureRow } from './erasure.query.ts';

/** Begins erasures. */
@Injectable()
export class ErasureDesk {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  /**
   * Begins to erase a customer, named by its id or by that of any of its handles: from when this resolves on nobody can
   * open what was theirs, this process' caches aside. Whoever is erased already is answered with what is known of it.
   * Throws Rejection `CustomerUnknown`.
   */
  async erase(caller: Caller, id: string): Promise<ErasureRow> {
    const { tenant } = caller;
    const known = (await this.of(tenant, id)) ?? (await this.begun(caller, id));
    if (known) return known;
    // What was told a moment ago, here or by another process.
    const found = await findCaughtUp(this.sources, place, () => this.of(tenant, id));
    if (!found) throw new Rejection('CustomerUnknown', 'No customer has this id.');
    return found;
  }

  /** One by its id. Throws Rejection `ErasureUnknown`. */
  async by(tenant: string, erasure: string): Promise<ErasureRow> {
    const find = () => this.sources.db.asTenant(tenant, (client) => erasureBy(client, tenant, erasure));
    const found = await findCaughtUp(this.sources, place, find);
    if (!found) throw new Rejection('ErasureUnknown', 'There is no erasure with this id.');
    return found;
  }

  private of(tenant: string, id: string): Promise<ErasureRow | undefined> {
    return this.sources.db.asTenant(tenant, (client) => erasureOf(client, tenant, id));
  }

  /** Nothing where there is no such customer, or none any more. */
  private async begun(caller: Caller, id: string): Promise<ErasureRow | undefined> {
    const { ledger, keys, now } = this.sources;
    const { tenant, actor } = caller;
    // A handle that was linked a moment ago is to be erased as well.
    if (!(await caughtUp(this.sources, identityProjector, await ledger.head())))
      throw new Busy('It is not known yet who is who. Ask again.', 1, 'NotYet');
    const found = await this.sources.db.asTenant(tenant, async (client) => {
      const customer = await customerOf(client, tenant, id);
      return customer === undefined ? undefined : { customer, subjects: await handlesOf(client, tenant, customer) };
    });
    if (!found) return undefined;
    const { customer, subjects } = found;
    const owned = await Promise.all(subjects.map((subject) => keys.ownedBy(tenant, subject)));
    const named = [...new Set([...owned.flat(), ...keysAhead(subjects, now())])].toSorted();
    const audit = await beginAudit(this.sources.db, caller, 'erase', { customer });
    const told = await transact(this.sources, {
      tenant,
      stream: streamOf.handle(customer),
      noun: erasures,
      hears: ['SubjectErased'],
      decide: erase({ customer, subjects: [...subjects], keys: named }),
      destroys: named,
      id: erasureId(tenant, customer),
      actor,
      // Asked for twice at once it is one erasure, whatever keys there were by then.
      content: ({ data }) => data.customer,
    });
    await audit.count(subjects.length);
    await audit.end();
    // The process does the same again, and once more where this one ends here.
    await keys.erase(tenant, subjects, named).catch(() => undefined);
    const erasedAt = now().toISOString();
    return {
      tenant,
      erasure: told!.event,
      customer,
      subjects,
      keys: named,
      position: told!.position,
      erasedAt,
      certificate: null,
    };
  }
}
