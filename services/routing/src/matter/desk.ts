import { Inject, Injectable } from '@nestjs/common';
import { type DataOf, type Recorded, streamOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import { agentIdOf, agentUnknown } from '../edge.ts';
import { groundOf, type TenantGround } from '../ground.query.ts';
import type { Packet } from '../packet/packet.ts';
import { matterFromStream, packetFor } from '../packet/packet.query.ts';
import { peopleOf } from '../person/person.query.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { matterHears } from '../scene.ts';
import { type Told, transact } from '../transact.ts';
import { lastTeam, placeIn } from './assignment.ts';
import { type ChoiceEvent, choices, type Choices, put } from './choice.ts';
import { heardOf, inTime, type MatterDecision, type Moment, type Route } from './course.ts';
import { calledBy, explained, type Explanation, peopleIn } from './explanation.ts';
import { accept, assign, close, decline } from './hand.ts';
import { conversationsOf, matterOf, type WholeMatter } from './listed.query.ts';
import { type Matter, type MatterEvent, matters } from './matter.ts';
import { choicesOf } from './matter.query.ts';

/** To whom or where something goes by hand. */
export type Target = { readonly agent: string } | { readonly team: string };

export const matterUnknown = (): Rejection => new Rejection('MatterUnknown', 'There is no matter with this id.');

/** What people do with matters, whichever way they ask. */
@Injectable()
export class MatterDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** One matter. Throws Rejection `MatterUnknown`. */
  async get(tenant: string, id: string): Promise<WholeMatter> {
    const { db, vault } = this.options;
    const found = await db.asTenant(tenant, (client) => matterOf(client, vault, tenant, id));
    if (!found) throw matterUnknown();
    return found;
  }

  /** What happened to a matter and why. Throws Rejection `MatterUnknown`. */
  async explain(tenant: string, id: string): Promise<Explanation> {
    const { db, ledger, vault } = this.options;
    const { conversations } = await this.get(tenant, id);
    const ids = conversations.map((one) => one.id);
    const chosen = await db.asTenant(tenant, (client) => choicesOf(client, tenant, ids));
    const subjects = new Set([...chosen.values()].map(({ subject }) => subject));
    const streams = [streamOf.matter(id), ...[...subjects].map(streamOf.handle)];
    const stored = (await Promise.all(streams.map((stream) => ledger.read(tenant, stream)))).flat();
    const ours = stored.filter(({ type }) => type === 'MatterChosen' || (matterHears as string[]).includes(type));
    const events = ((await vault.open(tenant, ours)) as Recorded<MatterEvent['type'] | 'MatterChosen'>[]).filter(
      ({ type, data }) => data.matter === id || (type === 'MatterChosen' && data.from === id),
    );
    const face = await db.asTenant(tenant, (client) => peopleOf(client, vault, tenant, peopleIn(events)));
    return { matter: id, steps: explained(events, calledBy(face)) };
  }

  /** What whoever takes it over has to know. Throws Rejection `MatterUnknown`. */
  async packet(tenant: string, id: string): Promise<Packet> {
    const { state, notes } = await matterFromStream(this.options, tenant, id);
    return packetFor(this.options, tenant, heardOf(state), notes);
  }

  /** Gives it to an agent, or into a team's queue. Throws Rejections `AgentUnknown`, `TeamUnknown`, `MatterClosed`. */
  async assign(source: CallSource, id: string, target: Target, note?: string): Promise<Told> {
    const { tenant } = callerOf(source);
    const ground = await this.ground(tenant);
    const moment = await this.moment();
    const route = this.routeTo(tenant, target, ground, moment);
    return this.decide(source, id, assign(route, moment, note), moment, { ...target, note });
  }

  async close(source: CallSource, id: string, outcome?: string): Promise<Told> {
    const moment = await this.moment();
    const how = { by: 'hand' as const, ...(outcome !== undefined && { outcome }) };
    return this.decide(source, id, close(how, moment), moment, how);
  }

  /** The agent takes what is offered. Throws Rejection `NotOffered`. */
  async accept(source: CallSource, id: string, agent: string): Promise<Told> {
    const moment = await this.moment();
    const who = agentIdOf(this.options, callerOf(source).tenant, agent, '/agent');
    return this.decide(source, id, accept(who, moment), moment, { accept: who });
  }

  /** The agent does not take it; somebody else is asked. Throws Rejection `NotOffered`. */
  async decline(source: CallSource, id: string, agent: string): Promise<Told> {
    const moment = await this.moment();
    const who = agentIdOf(this.options, callerOf(source).tenant, agent, '/agent');
    return this.decide(source, id, decline(who, moment), moment, { decline: who });
  }

  /** Makes a matter of its own of a conversation. Throws Rejection `ConversationUnknown` where it is not in this matter. */
  async split(source: CallSource, id: string, conversation: string): Promise<Told & { readonly matter: string }> {
    const { tenant } = callerOf(source);
    const { conversations } = await this.get(tenant, id);
    if (!conversations.some((one) => one.id === conversation))
      throw new Rejection('ConversationUnknown', 'The matter has no such conversation.');
    const matter = idFrom(source, 1);
    return { ...(await this.put(source, [conversation], id, matter)), matter };
  }

  /** Puts all conversations of a matter into another one. Throws Rejections `MatterUnknown`, `MatterClosed`. */
  async join(source: CallSource, id: string, into: string): Promise<Told> {
    const { tenant } = callerOf(source);
    if (id === into) throw new Rejection('JoinedToItself', 'A matter is one with itself already.');
    const { state } = await this.get(tenant, into);
    if (state === 'closed') throw new Rejection('MatterClosed', 'The matter that it is to go into is closed.');
    await this.get(tenant, id);
    const theirs = await this.options.db.asTenant(tenant, (client) => conversationsOf(client, tenant, id));
    return this.put(source, theirs.map((one) => one.id), id, into); // prettier-ignore
  }

  private async put(source: CallSource, conversations: readonly string[], from: string, matter: string): Promise<Told> {
    const { tenant, actor } = callerOf(source);
    const { asked } = await this.get(tenant, from);
    const known = await this.options.db.asTenant(tenant, (client) => choicesOf(client, tenant, conversations));
    const moment = await this.moment();
    let told: Told | undefined;
    for (const [nth, { conversation, subject }] of [...known.values()].entries()) {
      const data: DataOf<'MatterChosen'> = {
        matter,
        ...moment,
        subject,
        conversation,
        from,
        by: 'hand',
        asked,
        evidence: [],
        considered: [],
      };
      told = await transact<Choices, ChoiceEvent>(this.options, {
        tenant,
        stream: streamOf.handle(subject),
        noun: choices,
        hears: ['MatterChosen'],
        decide: put(data),
        id: idFrom(source, nth + 2),
        actor,
        content: { conversation, from, matter },
      });
    }
    if (!told) throw matterUnknown();
    return told;
  }

  private routeTo(tenant: string, target: Target, ground: TenantGround, { at }: Moment): Route {
    if ('agent' in target) {
      const agent = agentIdOf(this.options, tenant, target.agent, '/agent');
      const known = ground.agents.get(agent);
      if (!known || known.removed) throw agentUnknown();
      return ({ asked }) => ({ to: 'agent', agent, decision: { rule: 'hand', inputs: asked, alternatives: [] } });
    }
    const team = ground.teams.find((one) => one.team === target.team);
    if (!team && target.team !== lastTeam.team) throw new Rejection('TeamUnknown', `There is no team ${target.team}.`);
    return ({ asked }) =>
      placeIn(
        { team: team ?? lastTeam },
        { at, agents: ground.agents },
        { rule: 'hand', inputs: { ...asked, team: target.team }, alternatives: [] },
      );
  }

  private ground(tenant: string): Promise<TenantGround> {
    return this.options.db.asTenant(tenant, (client) => groundOf(client, tenant));
  }

  // Whoever decides has seen what there is.
  private async moment(): Promise<Moment> {
    const { ledger, now = () => new Date() } = this.options;
    return { at: now().toISOString(), heard: Number(await ledger.head()) };
  }

  private async decide(
    source: CallSource,
    id: string,
    decide: MatterDecision,
    { at }: Moment,
    content: object,
  ): Promise<Told> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<Matter, MatterEvent>(this.options, {
      tenant,
      stream: streamOf.matter(id),
      noun: matters,
      hears: matterHears,
      decide: inTime(at, decide),
      id: idFrom(source),
      actor,
      content,
    });
    return told!;
  }
}
