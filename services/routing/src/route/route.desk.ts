import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { channel, classification, kind, parseStored, type Party, plainId, streamOf, teamName, uuid } from '@throughline/contracts'; // prettier-ignore
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import { customersOf, normaliseHandle } from '@throughline/identity';
import { z } from 'zod';
import type { Fact } from '../ask.ts';
import { reached } from '../caught-up.ts';
import { person } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { assignment, isLive } from '../matter/assignment.ts';
import type { ChoiceEvent } from '../matter/choice.ts';
import { askForMatter, formerOf } from '../matter/choice.reactor.ts';
import type { Moment } from '../matter/course.ts';
import type { Asked, Heard } from '../matter/matter.ts';
import { candidatesOf, choicesOf, choiceVersions } from '../matter/matter.query.ts';
import { packet, type Packet } from '../packet/packet.ts';
import { matterFromStream, packetFor } from '../packet/packet.query.ts';
import { peopleOf } from '../person/person.query.ts';
import { Reactors } from '../reactors.ts';
import { tellCaller } from './caller.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { teamAsKnown } from '../team/team.query.ts';
import { serve } from '../team/turn.ts';

export const routeBody = z
  .strictObject({
    handle: z.string().max(512).describe('Who is calling, such as tel:+14155550100.'),
    channel: channel.default('phone'),
    kind: kind.optional(),
    ...classification,
    source: plainId(128).optional(),
    conversation: plainId(512)
      .optional()
      .describe('The call’s own id at its source: what is captured under it later belongs to the same matter.'),
  })
  .refine(({ source, conversation }) => (source === undefined) === (conversation === undefined), {
    error: 'comes with its source, and a source with a conversation',
    path: ['conversation'],
  });
export type RouteBody = z.infer<typeof routeBody>;

/** To whom a call goes: an agent, or a queue; with what they have to know. */
export const routed = z.strictObject({
  matter: uuid,
  conversation: uuid,
  agent: person.optional().describe('Who has it, or is asked to take it.'),
  substitute: person
    .optional()
    .describe('Who can take the call now, where the agent cannot; the matter stays the agent’s.'),
  queue: z.strictObject({ team: teamName, until: z.string() }).optional(),
  offered: z.boolean().describe('Whether the agent still has to accept.'),
  rule: z.string().optional(),
  packet: packet.nullable().describe('Null where it could not be made in time.'),
});
export type Routed = z.infer<typeof routed>;

// Of the 300 ms in which a telephony wants to know: so long for a turn that another process is giving, and for the words.
const turnMs = 100;
const packetMs = 120;

type Call = {
  readonly subject: string;
  readonly caller: Party;
  /** Whether the caller is a customer already. */
  readonly isKnown: boolean;
  readonly conversation: string;
  readonly asked: Asked;
};
type Found = Heard & { readonly notes: readonly string[] };

/** Says at once to whom a call goes. */
@Injectable()
export class RouteDesk {
  constructor(
    @Inject(routing) private readonly options: RoutingOptions,
    private readonly reactors: Reactors,
  ) {}

  /** Chooses the matter, opens and assigns it as the reactor would, and answers who has it and what they have to know. */
  async route(source: CallSource, body: RouteBody): Promise<Routed> {
    const by = callerOf(source);
    const { tenant } = by;
    const call = await this.callOf(source, body);
    const { matter, appended } = await this.matterFor(tenant, call);
    const [found] = await Promise.all([
      this.placed(tenant, matter, appended),
      call.isKnown ? undefined : tellCaller(this.options, by, call.caller),
    ]);
    const agent = found.is === 'owned' || found.is === 'offered' ? found.agent : undefined;
    const [words, substitute] = await Promise.all([
      this.packet(tenant, found),
      agent === undefined ? undefined : this.substituteFor(tenant, agent, call.asked),
    ]);
    const face = await this.options.db.asTenant(tenant, (client) =>
      peopleOf(client, this.options.vault, tenant, [agent, substitute]),
    );
    return {
      matter,
      conversation: call.conversation,
      agent: agent === undefined ? undefined : face(agent),
      substitute: substitute === undefined ? undefined : face(substitute),
      queue: found.is === 'queued' ? { team: found.queue.team, until: found.queue.until } : undefined,
      offered: found.is === 'offered',
      rule: found.is === 'queued' || found.is === 'offered' ? found.queue.decision.rule : undefined,
      packet: words,
    };
  }

  private async callOf(request: CallSource, body: RouteBody): Promise<Call> {
    const { vault, projectorDb } = this.options;
    const { tenant } = callerOf(request);
    const { handle: text, source, conversation: named, ...asked } = body;
    const { handle } = normaliseHandle(text, '/handle');
    const caller = vault.handleId(tenant, handle);
    const customers = await customersOf(projectorDb, tenant, [caller]);
    const conversation =
      source === undefined || named === undefined ? idFrom(request, 1) : vault.conversationId(tenant, source, named);
    const customer = customers.get(caller);
    const isKnown = customer !== undefined;
    return { subject: customer ?? caller, caller: { id: caller, handle }, isKnown, conversation, asked };
  }

  private async matterFor(
    tenant: string,
    { subject, caller, conversation, asked }: Call,
  ): Promise<{ readonly matter: string; readonly appended: readonly Fact[] }> {
    const { projectorDb: db, now = () => new Date() } = this.options;
    const chosen = (await choicesOf(db, tenant, [conversation])).get(conversation);
    const former = formerOf(chosen);
    if (chosen && !former) return { matter: chosen.matter, appended: [] };
    const moment: Moment = { at: now().toISOString(), heard: Number(await reached(db)) };
    const versions = await choiceVersions(db, tenant, [subject]);
    const candidates = await candidatesOf(db, tenant, [{ conversation, handle: caller.id, at: moment.at }]);
    const asking = { subject, conversation, asked, at: moment.at, former };
    const known = { candidates: candidates.get(conversation) ?? [], version: versions.get(subject) ?? 0 };
    const cause = { id: conversation, correlation: conversation };
    const appended = await this.reactors.router.ask(
      tenant,
      async (scene) => [askForMatter(scene, asking, { ...known, cause })],
      moment,
    );
    const told = appended.find((fact): fact is Extract<Fact, { type: 'MatterChosen' }> => fact.type === 'MatterChosen');
    return { matter: told?.data.matter ?? (await this.chosenBefore(tenant, subject, conversation)), appended };
  }

  // Somebody else chose at the same moment; the rows do not tell of it yet.
  private async chosenBefore(tenant: string, subject: string, conversation: string): Promise<string> {
    const stored = await this.options.ledger.read(tenant, streamOf.handle(subject));
    const told = stored
      .filter(({ type }) => type === 'MatterChosen')
      .map((one) => parseStored(one).data as ChoiceEvent['data'])
      .findLast((data) => data.conversation === conversation);
    if (!told) throw new Error(`no matter was chosen for ${conversation}`);
    return told.matter;
  }

  /** The matter as soon as somebody has it, or as it waits once nobody is there whose turn it could be. */
  private async placed(tenant: string, matter: string, appended: readonly Fact[]): Promise<Found> {
    const isOurs = appended.some(({ type }) => type === 'MatterQueued');
    const deadline = performance.now() + turnMs;
    for (let wait = 2; ; wait *= 2) {
      const { state, notes } = await matterFromStream(this.options, tenant, matter);
      const isLate = performance.now() > deadline;
      if (state.is === 'unheard' && isLate) throw new Error(`the matter ${matter} was chosen and not opened`);
      if (state.is !== 'unheard' && (state.is !== 'queued' || isOurs || isLate)) return { ...state, notes };
      await pause(wait);
    }
  }

  private async packet(tenant: string, { notes, ...matter }: Found): Promise<Packet | null> {
    const late = new AbortController();
    try {
      const inTime = pause(packetMs, null, { signal: late.signal }).catch(() => null);
      return await Promise.race([packetFor(this.options, tenant, matter, notes), inTime]);
    } finally {
      late.abort();
    }
  }

  /** Who can take a call now instead of an agent who is not there; nobody where they are, or where no one is. */
  private async substituteFor(tenant: string, agent: string, asked: Asked): Promise<string | undefined> {
    const { projectorDb: db, now = () => new Date() } = this.options;
    const { teams, agents } = await groundOf(db, tenant);
    const known = agents.get(agent);
    if (!isLive(asked.channel) || !known || known.presence === 'available') return undefined;
    const to = assignment({ at: now().toISOString(), teams, agents })({ asked, holders: [] });
    if (to.to !== 'team') return undefined;
    const members = [...agents.values()].filter((one) => !one.removed && one.teams.includes(to.team));
    const { state } = await teamAsKnown(db, tenant, to.team);
    const waiting = [{ matter: agent, entry: 1, asked, skill: to.skill, declined: [agent] }];
    const [turn] = serve(to.team, waiting, { agents: members, elsewhere: new Map() })(state);
    return turn?.type === 'TurnTaken' ? turn.data.agent : undefined;
  }
}
