import { Inject, Injectable } from '@nestjs/common';
import { channel, duration, plainId, type Quiet, streamOf } from '@throughline/contracts';
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import { z } from 'zod';
import { type Sources, sources } from '../sources.ts';
import { oneWith } from '../thread/thread.query.ts';
import { stateOf, transact } from '../transact.ts';
import { tellEnds } from './ending.ts';
import { sessionPolicies, type SessionPolicyEvent, set } from './policy.ts';
import { quietOf } from './session.query.ts';
import { end } from './session.ts';

export const endBody = z.strictObject({
  outcome: plainId(64).optional().describe('A word for it, such as resolved. Never personal: it is kept in clear.'),
});
export type EndBody = z.infer<typeof endBody>;

export const sessionPolicyBody = z.strictObject({
  quiet: z
    .partialRecord(channel, duration)
    .describe('After how long without a word a session is over, by channel; on others only by an end.'),
});
export type SessionPolicyBody = z.infer<typeof sessionPolicyBody>;

const policy = {
  stream: streamOf.policy('session'),
  noun: sessionPolicies,
  hears: ['SessionPolicySet'],
} as const;

/** Where something was told; without an event where nobody ever did. */
type Told = { readonly event?: string; readonly position: number };

/** What people do about the sessions of conversations, whichever way they ask. */
@Injectable()
export class SessionDesk {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  /** It is over, or that is how it ended. Throws Rejections `ConversationUnknown`, `SessionOver`. */
  async end(source: CallSource, id: string, { outcome }: EndBody): Promise<Required<Told>> {
    const { db, now } = this.sources;
    const { tenant, actor } = callerOf(source);
    const { conversations, quiet } = await db.asTenant(tenant, async (client) => ({
      conversations: await oneWith(client, tenant, id),
      quiet: (await quietOf(client, [tenant]))(tenant),
    }));
    const told = await tellEnds(this.sources, {
      tenant,
      conversations,
      decide: end(conversations[0], now().toISOString(), quiet, outcome),
      actor,
      asked: { id: idFrom(source), isSame: (said) => said.outcome === outcome },
    });
    return { event: told!.event, position: Number(told!.position) };
  }

  /** When sessions are over by quiet. */
  async policy(tenant: string): Promise<SessionPolicyBody> {
    const { state: quiet } = await stateOf<Quiet, SessionPolicyEvent>(this.sources.ledger, { tenant, ...policy });
    return { quiet };
  }

  /** When they are from now on, what goes on as well. */
  async set(source: CallSource, { quiet }: SessionPolicyBody): Promise<Told> {
    const { tenant, actor } = callerOf(source);
    const ask = { tenant, ...policy, decide: set(quiet), id: idFrom(source), actor };
    const told = await transact<Quiet, SessionPolicyEvent>(this.sources, ask);
    // As usual, and nobody ever said otherwise: that can be read at the head.
    return { event: told?.event, position: Number(told?.position ?? (await this.sources.ledger.head())) };
  }
}
