import { Inject, Injectable } from '@nestjs/common';
import { instant, streamOf, uuid } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom, list, type Page } from '@throughline/host';
import { z } from 'zod';
import { reached } from '../caught-up.ts';
import { agentIdOf, agentUnknown, readable, teamUnknown, type Written, writtenOf } from '../edge.ts';
import { groundOf, type TenantGround } from '../ground.query.ts';
import type { Packet } from '../packet/packet.ts';
import { matterFromStream, packetFor } from '../packet/packet.query.ts';
import { peopleOf } from '../person/person.query.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { matterHears, wholeHears } from '../stream.ts';
import { teamNamed } from '../team/named.query.ts';
import { transact } from '../transact.ts';
import { isAgent, lastTeam, placeIn } from './assignment.ts';
import { heardOf, inTime, type MatterDecision, type Moment, type Route } from './course.ts';
import { calledBy, explained, type Explanation, type Told as Explained, peopleIn } from './explanation.ts';
import { accept, assign, close, decline, notOffered } from './hand.ts';
import { type ListedMatter, matterOf, mattersAfter, type Place, type WholeMatter } from './listed.query.ts';
import { type Matter, type MatterEvent, matters } from './matter.ts';
import { choicesOf } from './matter.query.ts';
import type { AgentBody, AssignBody, CloseBody, MattersQuery, ReadQuery } from './request.ts';

const places = list<Place>('matters', z.tuple([instant, uuid]));

type To = Pick<AssignBody, 'agent' | 'team'>;

const matterUnknown = (): Rejection => new Rejection('MatterUnknown', 'There is no matter with this id.');

/** What people do with matters, whichever way they ask. */
@Injectable()
export class MatterDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** Matters in the order in which they began. Throws Rejections `HandleInvalid`, `TeamUnknown`. */
  async list(tenant: string, query: MattersQuery): Promise<Page<ListedMatter>> {
    const { limit, cursor, minPosition, ...wanted } = query;
    const { agent, customer } = wanted;
    const { db, vault } = this.options;
    const scope = [tenant, wanted.state, agent, wanted.team, customer, wanted.account];
    const filter = {
      ...wanted,
      agent: agent === undefined ? undefined : agentIdOf(this.options, tenant, agent, '/agent'),
      customer: customer === undefined ? undefined : agentIdOf(this.options, tenant, customer, '/customer'),
    };
    const range = { after: places.after(cursor, scope), limit: limit + 1 };
    await readable(this.options, minPosition);
    await teamNamed(this.options, tenant, wanted.team);
    const found = await db.asTenant(tenant, (client) => mattersAfter(client, vault, tenant, filter, range));
    return places.page(found, limit, ({ since, id }) => [since, id], scope);
  }

  /** One matter. Throws Rejection `MatterUnknown`. */
  async get(tenant: string, id: string, { minPosition }: ReadQuery = {}): Promise<WholeMatter> {
    const { db, vault, now = () => new Date() } = this.options;
    await readable(this.options, minPosition);
    const asOf = now().toISOString();
    const found = await db.asTenant(tenant, (client) => matterOf(client, vault, tenant, id, asOf));
    if (!found) throw matterUnknown();
    return found;
  }

  /** What happened to a matter and why. Throws Rejection `MatterUnknown`. */
  async explain(tenant: string, id: string, query: ReadQuery = {}): Promise<Explanation> {
    const { db, ledger, vault } = this.options;
    const { conversations } = await this.get(tenant, id, query);
    const ids = conversations.map((one) => one.id);
    const chosen = await db.asTenant(tenant, (client) => choicesOf(client, tenant, ids));
    const subjects = new Set([...chosen.values()].map(({ subject }) => subject));
    const streams = [streamOf.matter(id), ...[...subjects].map(streamOf.handle)];
    const stored = (await Promise.all(streams.map((stream) => ledger.read(tenant, stream)))).flat();
    const ours = stored.filter(
      ({ type }) => type === 'MatterChosen' || (wholeHears as readonly string[]).includes(type),
    );
    const events = ((await vault.open(tenant, ours)) as readonly Explained[]).filter(
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
  async assign(source: CallSource, id: string, { note, ...to }: AssignBody): Promise<Written> {
    const { tenant } = callerOf(source);
    const ground = await this.ground(tenant);
    const decide = (moment: Moment): MatterDecision => assign(this.routeTo(tenant, to, ground, moment), moment, note);
    return this.decide(source, id, decide, { ...to, note });
  }

  /** It is over; closed already is no news. Throws Rejections `MatterUnknown`, and `MatterClosed` where it has another outcome. */
  async close(source: CallSource, id: string, { outcome }: CloseBody): Promise<Written> {
    const how = { by: 'hand' as const, ...(outcome !== undefined && { outcome }) };
    // Nobody has seen more than the rows tell: what the customer said since then opens it again.
    const heard = Number(await reached(this.options.projectorDb));
    return this.decide(source, id, (moment) => close(how, { ...moment, heard }), how);
  }

  /** The agent takes what is offered. Throws Rejections `NotOffered`, `AgentUnknown`. */
  async accept(source: CallSource, id: string, body: AgentBody): Promise<Written> {
    const { agent, why } = await this.asked(source, body);
    return this.decide(source, id, ({ at }) => accept(agent, at, why), { accept: agent });
  }

  /** The agent does not take it; somebody else is asked. Throws Rejections `NotOffered`, `AgentUnknown`. */
  async decline(source: CallSource, id: string, body: AgentBody): Promise<Written> {
    const { agent, why } = await this.asked(source, body);
    return this.decide(source, id, ({ at }) => decline(agent, at, why), { decline: agent });
  }

  /** Whom a body names, and why it may not be offered to them. */
  private async asked(source: CallSource, body: AgentBody): Promise<{ agent: string; why: () => Rejection }> {
    const { tenant } = callerOf(source);
    const agent = agentIdOf(this.options, tenant, body.agent, '/agent');
    const ground = await this.ground(tenant);
    return { agent, why: isAgent(ground, agent) ? notOffered : () => agentUnknown() };
  }

  private ground(tenant: string): Promise<TenantGround> {
    return this.options.db.asTenant(tenant, (client) => groundOf(client, tenant));
  }

  private routeTo(tenant: string, { agent, team }: To, ground: TenantGround, { at }: Moment): Route {
    if (agent !== undefined) {
      const known = ground.agents.get(agentIdOf(this.options, tenant, agent, '/agent'));
      if (!known || known.removed) throw agentUnknown();
      const rule = 'hand' as const;
      return ({ asked }) => ({ to: 'agent', agent: known.agent, decision: { rule, inputs: asked, alternatives: [] } });
    }
    const known = team === lastTeam.team ? lastTeam : undefined;
    const named = ground.teams.find((one) => one.team === team) ?? known;
    if (!named) throw teamUnknown(team!, '/team');
    const made = { rule: 'hand' as const, alternatives: [] };
    return ({ asked }) =>
      placeIn({ team: named }, { at, agents: ground.agents }, { ...made, inputs: { ...asked, team: named.team } });
  }

  private async decide(
    source: CallSource,
    id: string,
    decide: (moment: Moment) => MatterDecision,
    content: object,
  ): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const moment = await momentNow(this.options);
    const ground = await this.ground(tenant);
    const told = await transact<Matter, MatterEvent>(this.options, {
      tenant,
      stream: streamOf.matter(id),
      noun: matters,
      hears: matterHears,
      // Who it is given to is looked up where it is decided: not where it was decided before.
      decide: inTime(
        moment.at,
        (agent) => isAgent(ground, agent),
        (state) => decide(moment)(state),
      ),
      id: idFrom(source),
      actor,
      content,
    });
    return writtenOf(told!);
  }
}

/** The moment of whoever decides by hand: they have seen what there is. */
export const momentNow = async ({ ledger, now = () => new Date() }: RoutingOptions): Promise<Moment> => ({
  at: now().toISOString(),
  heard: Number(await ledger.head()),
});
