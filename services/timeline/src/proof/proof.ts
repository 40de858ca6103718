import { Rejection } from '@throughline/decider';
import { Busy } from '@throughline/host';
import { BeyondHead, tipOfLedger, type Verdict, verifyLedger } from '@throughline/ledger';
import { beyondHead } from '@throughline/service';
import type { TimelineOptions } from '../timeline.ts';
import type { Notary } from './notary.ts';

/** Which positions are verified. */
export type Range = { readonly from?: bigint; readonly to?: bigint };

/** The proof that nothing in the ledger was changed. */
export class Proof {
  private isVerifying = false;

  constructor(
    private readonly options: Pick<TimelineOptions, 'projectorDb' | 'ledger'>,
    private readonly notary: Notary | undefined,
  ) {}

  /** Who signs here. Throws `NothingSigned` where nobody does. */
  signing(): Notary {
    if (this.notary) return this.notary;
    throw new Rejection('NothingSigned', 'CHECKPOINT_KEY and CHECKPOINT_DIR are not set where the ledger is served.');
  }

  /** What the ledger is by now; undefined where it has no events. Throws `Unchained`. */
  head(): ReturnType<typeof tipOfLedger> {
    return tipOfLedger(this.chained());
  }

  /**
   * Recomputes the chain in a range; up to the head, it is held against what was signed as well. One at a time: it takes as
   * long as it takes, and holds a connection of those that projections and keys of callers are looked up by. Throws `Busy`,
   * `BeyondHead`, `Unchained`.
   */
  async verify(range: Range, signal?: AbortSignal): Promise<Verdict> {
    if (this.isVerifying) throw new Busy('Another verification goes on. Ask again once it is over.', 5);
    this.isVerifying = true;
    try {
      return await this.verdictOn(range, signal);
    } finally {
      this.isVerifying = false;
    }
  }

  private async verdictOn(range: Range, signal: AbortSignal | undefined): Promise<Verdict> {
    const verdict = await verifyLedger(this.chained(), { ...range, signal }).catch((error: unknown) => {
      if (error instanceof BeyondHead)
        throw beyondHead(`T${error.message.slice(1)}.`, error.position === range.from ? '/from' : '/to');
      throw error;
    });
    const fault = verdict.ok && range.to === undefined ? await this.notary?.fault() : undefined;
    return fault ? { ok: false, ...fault } : verdict;
  }

  private chained() {
    if (this.options.ledger.abilities.chained) return this.options.projectorDb;
    throw new Rejection('Unchained', 'The ledger is in a store that keeps no chain of hashes.');
  }
}
