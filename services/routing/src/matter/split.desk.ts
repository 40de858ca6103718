import { Inject, Injectable } from '@nestjs/common';
import { type DataOf, derivedId, parseStored, streamOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import { customersOf } from '@throughline/identity';
import { type Written, writtenOf } from '../edge.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { type Told, transact } from '../transact.ts';
import { type ChoiceEvent, choices, type Choices, put } from './choice.ts';
import { MatterDesk, momentNow } from './desk.ts';
import type { ListedMatter, WholeMatter } from './listed.query.ts';
import { type Choice, choicesOf } from './matter.query.ts';
import type { JoinBody, SplitBody, SplitOff } from './request.ts';

const onlyConversation = (): Rejection =>
  new Rejection('OnlyConversation', 'The matter has no other conversation: it is one of its own already.', [
    { pointer: '/conversation', reason: 'is the only one of the matter' },
  ]);

const closedAt = (pointer: string, detail: string): Rejection =>
  new Rejection('MatterClosed', detail, [{ pointer, reason: 'is a matter that is closed' }]);

const anotherCustomer = (customer: string): Rejection =>
  new Rejection(
    'AnotherCustomer',
    `The matter that it is to go into is of another customer, ${customer}, and not of the same account.`,
    [{ pointer: '/into', reason: 'is a matter of another customer' }],
  );

/** Takes matters apart, and puts them together. */
@Injectable()
export class SplitDesk {
  constructor(
    @Inject(routing) private readonly options: RoutingOptions,
    private readonly matters: MatterDesk,
  ) {}

  /**
   * Makes a matter of its own of a conversation. Throws Rejections `ConversationUnknown` where it is not in this matter,
   * `OnlyConversation` where nothing else is.
   */
  async split(source: CallSource, id: string, { conversation }: SplitBody): Promise<SplitOff> {
    const { tenant } = callerOf(source);
    const { conversations } = await this.matters.get(tenant, id);
    const matter = idFrom(source, 1);
    const chosen = await this.chosen(tenant, [conversation]);
    // Where the same was asked before it is in the new one already.
    if (![id, matter].includes(chosen[0]?.matter ?? ''))
      throw new Rejection('ConversationUnknown', 'The matter has no such conversation.');
    if (chosen[0]?.matter === id && conversations.length === 1) throw onlyConversation();
    return { ...writtenOf(await this.put(source, chosen, id, matter)), matter };
  }

  /**
   * Puts all conversations of a matter into another one; no news where that was done. Throws Rejections `MatterUnknown`,
   * `MatterClosed`, `AnotherCustomer`.
   */
  async join(source: CallSource, id: string, { into }: JoinBody): Promise<Written> {
    const { tenant } = callerOf(source);
    if (id === into) throw new Rejection('JoinedToItself', 'A matter is one with itself already.');
    const [there, { conversations: theirs, ...from }] = await Promise.all([
      this.matters.get(tenant, into),
      this.matters.get(tenant, id),
    ]);
    if (theirs.length === 0) return writtenOf(await this.joinedBefore(tenant, id, into, there.conversations));
    if (there.state === 'closed') throw closedAt('/into', 'The matter that it is to go into is closed.');
    await this.shared(tenant, from, there);
    const chosen = await this.chosen(tenant, theirs.map((one) => one.id)); // prettier-ignore
    return writtenOf(await this.put(source, chosen, id, into));
  }

  /** Who waits in one matter is answered in the other only where both are one customer's, or one account's. */
  private async shared(tenant: string, from: ListedMatter, into: ListedMatter): Promise<void> {
    if (from.account !== undefined && from.account === into.account) return;
    const handles = [from.customer, into.customer];
    const customers = await this.options.db.asTenant(tenant, (client) => customersOf(client, tenant, handles));
    const [ours, theirs] = handles.map((handle) => customers.get(handle) ?? handle);
    if (ours !== theirs) throw anotherCustomer(theirs!);
  }

  private async joinedBefore(
    tenant: string,
    from: string,
    into: string,
    there: WholeMatter['conversations'],
  ): Promise<Told> {
    const { ledger } = this.options;
    const chosen = await this.chosen(tenant, there.map((one) => one.id)); // prettier-ignore
    const streams = new Set(chosen.map(({ subject }) => streamOf.handle(subject)));
    const stored = (await Promise.all([...streams].map((stream) => ledger.read(tenant, stream)))).flat();
    const told = stored
      .filter(({ type }) => type === 'MatterChosen')
      .toSorted((a, b) => (a.position < b.position ? -1 : 1))
      .findLast((one) => {
        const data = parseStored(one).data as DataOf<'MatterChosen'>;
        return data.from === from && data.matter === into;
      });
    if (!told) throw closedAt('/id', 'The matter is closed: all of its conversations are in others.');
    return { event: told.id, position: told.position };
  }

  private async chosen(tenant: string, conversations: readonly string[]): Promise<Choice[]> {
    const found = await this.options.db.asTenant(tenant, (client) => choicesOf(client, tenant, conversations));
    return [...found.values()];
  }

  private async put(source: CallSource, chosen: readonly Choice[], from: string, matter: string): Promise<Told> {
    const { tenant, actor } = callerOf(source);
    const { asked } = await this.matters.get(tenant, from);
    const moment = await momentNow(this.options);
    let told: Told | undefined;
    for (const { conversation, subject } of chosen) {
      const by = 'hand' as const;
      const data = { matter, ...moment, subject, conversation, from, by, asked, evidence: [], considered: [] };
      told = await transact<Choices, ChoiceEvent>(this.options, {
        tenant,
        stream: streamOf.handle(subject),
        noun: choices,
        hears: ['MatterChosen'],
        decide: put(data),
        // By the conversation: who goes on after a break goes on with those that are left.
        id: derivedId('choice', idFrom(source, 2), conversation),
        actor,
        content: { conversation, from, matter },
      });
    }
    return told!;
  }
}
