import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { instant, plainId, plainText, teamName, uuid } from '@throughline/contracts';
import {
  answer, ApiOperation, ApiResponse, ApiTags, callerOf, type CallSource, list, type Page, pageOf, paging, problem,
} from '@throughline/host'; // prettier-ignore
import { z } from 'zod';
import {
  agentIdOf, agentName, type IdParam, idParam, readable, waiting, type Written, written, writtenOf,
} from '../edge.ts'; // prettier-ignore
import { packet, type Packet } from '../packet/packet.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { MatterDesk } from './desk.ts';
import { type Explanation, explanation } from './explanation.ts';
import {
  type ListedMatter,
  listedMatter,
  mattersAfter,
  matterStates,
  type Place,
  wholeMatter,
  type WholeMatter,
} from './listed.query.ts';

const places = list<Place>('matters', z.tuple([instant, uuid]));

export const mattersQuery = z.strictObject({
  ...paging,
  state: z.enum(['open', 'all', ...matterStates]).default('open'),
  agent: agentName.optional(),
  team: teamName.optional(),
  customer: z.string().min(1).max(512).optional().describe('A handle, or the id of one: those of its customer.'),
  account: uuid.optional(),
  ...waiting,
});
export type MattersQuery = z.infer<typeof mattersQuery>;

const note = plainText(10_000).optional().describe('A word for who takes it over; sealed as the customer’s.');
export const assignBody = z
  .strictObject({ agent: agentName.optional(), team: teamName.optional(), note })
  .refine(({ agent, team }) => (agent === undefined) !== (team === undefined), 'names an agent or a team');
export const closeBody = z.strictObject({
  outcome: plainId(64).optional().describe('A word for it, such as resolved. Never personal: it is kept in clear.'),
});
export const agentBody = z.strictObject({ agent: agentName });
export const splitBody = z.strictObject({ conversation: uuid });
export const joinBody = z.strictObject({ into: uuid });
const splitOff = written.extend({ matter: uuid.describe('The new matter.') });
const readQuery = z.strictObject(waiting);
type ReadQuery = z.infer<typeof readQuery>;

const unknown = problem(404, 'No matter has this id.');
const done = answer(200, written, 'So it is, now or before.');

/** What customers want solved: who has it, or which queue, and why. */
@ApiTags('matters')
@Controller('v1/matters')
export class MatterController {
  constructor(
    @Inject(routing) private readonly options: RoutingOptions,
    private readonly desk: MatterDesk,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Matters in the order in which they began' })
  @ApiResponse(answer(200, pageOf(listedMatter), 'A page.'))
  async list(
    @Query({ schema: mattersQuery }) query: MattersQuery,
    @Req() request: CallSource,
  ): Promise<Page<ListedMatter>> {
    return listMatters(this.options, callerOf(request).tenant, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One matter and its conversations' })
  @ApiResponse(answer(200, wholeMatter, 'The matter.'))
  @ApiResponse(unknown)
  async get(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: readQuery }) { minPosition }: ReadQuery,
    @Req() request: CallSource,
  ): Promise<WholeMatter> {
    await readable(this.options, minPosition);
    return this.desk.get(callerOf(request).tenant, id);
  }

  @Get(':id/explanation')
  @ApiOperation({ summary: 'What happened to it: who has it because of which rule, on what, and what else there was' })
  @ApiResponse(answer(200, explanation, 'Step by step.'))
  @ApiResponse(unknown)
  async explain(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: readQuery }) { minPosition }: ReadQuery,
    @Req() request: CallSource,
  ): Promise<Explanation> {
    await readable(this.options, minPosition);
    return this.desk.explain(callerOf(request).tenant, id);
  }

  @Get(':id/packet')
  @ApiOperation({ summary: 'What whoever takes it over has to know' })
  @ApiResponse(answer(200, packet, 'Its words are read from the ledger.'))
  @ApiResponse(unknown)
  async packet(@Param({ schema: idParam }) { id }: IdParam, @Req() request: CallSource): Promise<Packet> {
    return this.desk.packet(callerOf(request).tenant, id);
  }

  @Post(':id/assign')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give it to an agent, or into a team’s queue; whoever had it hands it on with a packet' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  @ApiResponse(problem(409, 'It is closed.'))
  async assign(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: assignBody }) { agent, team, note }: z.infer<typeof assignBody>,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.desk.assign(request, id, agent === undefined ? { team: team! } : { agent }, note));
  }

  @Post(':id/accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take what is offered' })
  @ApiResponse(done)
  @ApiResponse(problem(409, 'It is not offered to this agent, or not any more.'))
  async accept(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: agentBody }) { agent }: z.infer<typeof agentBody>,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.desk.accept(request, id, agent));
  }

  @Post(':id/decline')
  @HttpCode(200)
  @ApiOperation({ summary: 'Leave what is offered to somebody else' })
  @ApiResponse(done)
  @ApiResponse(problem(409, 'It is not offered to this agent, or not any more.'))
  async decline(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: agentBody }) { agent }: z.infer<typeof agentBody>,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.desk.decline(request, id, agent));
  }

  @Post(':id/close')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that it is solved; what the customer says later opens it again' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  async close(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: closeBody.optional() }) body: z.infer<typeof closeBody> | undefined,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.desk.close(request, id, body?.outcome));
  }

  @Post(':id/split')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a matter of its own of one of its conversations' })
  @ApiResponse(answer(200, splitOff, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'There is no such matter, or it has no such conversation.'))
  async split(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: splitBody }) { conversation }: z.infer<typeof splitBody>,
    @Req() request: CallSource,
  ): Promise<z.infer<typeof splitOff>> {
    const told = await this.desk.split(request, id, conversation);
    return { ...writtenOf(told), matter: told.matter };
  }

  @Post(':id/join')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put all its conversations into another matter' })
  @ApiResponse(done)
  @ApiResponse(problem(404, 'There is no such matter.'))
  @ApiResponse(problem(409, 'The other matter is closed.'))
  async join(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: joinBody }) { into }: z.infer<typeof joinBody>,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.desk.join(request, id, into));
  }
}

/** A page of matters as a query asks for it. */
export const listMatters = async (
  options: RoutingOptions,
  tenant: string,
  { limit, cursor, state, agent, team, customer, account, minPosition }: MattersQuery,
): Promise<Page<ListedMatter>> => {
  await readable(options, minPosition);
  const { db, vault } = options;
  const scope = [tenant, state, agent, team, customer, account];
  const filter = {
    state,
    team,
    account,
    agent: agent === undefined ? undefined : agentIdOf(options, tenant, agent, '/agent'),
    customer: customer === undefined ? undefined : agentIdOf(options, tenant, customer, '/customer'),
  };
  const range = { after: places.after(cursor, scope), limit: limit + 1 };
  const found = await db.asTenant(tenant, (client) => mattersAfter(client, vault, tenant, filter, range));
  return places.page(found, limit, ({ since, id }) => [since, id], scope);
};
