import { Inject, Injectable } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import { type Sources, sources } from '../sources.ts';
import { transact } from '../transact.ts';
import { expire } from './expire.ts';
import { type Quarter, quartersOf } from './plan.ts';
import { policy, policyOf } from './policy.ts';
import { expiresAt, isNear, isOver, type Retention, type RetentionEvent, set } from './retention.ts';

type Policy = Pick<Retention, 'keep' | 'notice'>;

/** A quarter, and when what was sealed in it expires by itself. */
export type Planned = Quarter & { readonly expiresAt?: string; readonly over: boolean; readonly near: boolean };

/** What an operator does about the time for which what customers said is kept. */
@Injectable()
export class RetentionDesk {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  policy(tenant: string): Promise<Retention> {
    return policyOf(this.sources.ledger, tenant);
  }

  /** For how long it is kept from now on; answers where that was told. */
  async set(source: CallSource, wanted: Policy): Promise<{ event?: string; position: number }> {
    const { tenant, actor } = callerOf(source);
    const decide = set(wanted, this.sources.now());
    const told = await transact<Retention, RetentionEvent>(this.sources, {
      tenant, ...policy, decide, id: idFrom(source), actor,
      // From when it holds is the moment of asking, which a repetition does not share.
      content: ({ data: { keep, notice } }) => ({ keep, notice }),
    }); // prettier-ignore
    return { event: told?.event, position: Number(told?.position ?? (await this.sources.ledger.head())) };
  }

  /** Every quarter of which something is there, as of a policy: the tenant's, or another one that is thought of. */
  async plan(tenant: string, keep?: number): Promise<readonly Planned[]> {
    const now = this.sources.now();
    const held = await this.policy(tenant);
    const retention = keep === undefined ? held : { ...held, keep };
    return (await quartersOf(this.sources, tenant)).map((quarter) => ({
      ...quarter,
      expiresAt: expiresAt(quarter.quarter, retention)?.toISOString(),
      over: isOver(quarter.quarter, retention, now),
      near: isNear(quarter.quarter, retention, now),
    }));
  }

  /** Destroys the keys of what is over its time, now and without waiting for the days of notice. */
  async run(source: CallSource): Promise<{ keys: number; remembered: number; done: boolean }> {
    const caller = callerOf(source);
    const retention = await this.policy(caller.tenant);
    if (retention.keep === undefined)
      throw new Rejection('RetentionUnset', 'Everything is kept: set the policy first, for how many quarters it is.');
    await this.sources.keys.settle();
    const now = this.sources.now();
    const { keys, remembered, isDone } = await expire(this.sources, caller, (quarter, policy) =>
      isOver(quarter, policy, now),
    );
    return { keys, remembered, done: isDone };
  }
}
