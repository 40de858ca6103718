import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { instant, uuid } from '@throughline/contracts';
import {
  answer, ApiOperation, ApiResponse, ApiTags, callerOf, type CallSource, list, type Page, pageOf, paging, problem,
} from '@throughline/host'; // prettier-ignore
import { z } from 'zod';
import { agentName, readable, type TeamParam, teamParam, waiting } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { MatterDesk } from '../matter/desk.ts';
import { type ListedMatter, listedMatter, queueOf, wholeMatter, type WholeMatter } from '../matter/listed.query.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { checkTeam, QueueDesk } from './queue.desk.ts';

const places = list<[number, string, string]>('queue', z.tuple([z.int(), instant, uuid]));

export const queueQuery = z.strictObject({ ...paging, ...waiting });
export type QueueQuery = z.infer<typeof queueQuery>;
export const nextBody = z.strictObject({ agent: agentName });

const next = z.strictObject({ matter: wholeMatter.nullable() });
type NextAnswer = { matter: WholeMatter | null };

/** What waits in a team's queue. */
@ApiTags('queues')
@Controller('v1/queues/:team')
export class QueueController {
  constructor(
    @Inject(routing) private readonly options: RoutingOptions,
    private readonly queues: QueueDesk,
    private readonly matters: MatterDesk,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What waits, the most urgent first, then who waits longest' })
  @ApiResponse(answer(200, pageOf(listedMatter), 'A page.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  async list(
    @Param({ schema: teamParam }) { team }: TeamParam,
    @Query({ schema: queueQuery }) query: QueueQuery,
    @Req() request: CallSource,
  ): Promise<Page<ListedMatter>> {
    return listQueue(this.options, callerOf(request).tenant, team, query);
  }

  @Post('next')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take the next one that is for this agent' })
  @ApiResponse(answer(200, next, 'It is theirs; null where nothing waits for them.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  async next(
    @Param({ schema: teamParam }) { team }: TeamParam,
    @Body({ schema: nextBody }) { agent }: z.infer<typeof nextBody>,
    @Req() request: CallSource,
  ): Promise<NextAnswer> {
    const taken = await this.queues.next(request, team, agent);
    if (!taken) return { matter: null };
    await readable(this.options, BigInt(taken.position));
    return { matter: await this.matters.get(callerOf(request).tenant, taken.matter) };
  }
}

/** A page of a queue as a query asks for it. Throws Rejection `TeamUnknown`. */
export const listQueue = async (
  options: RoutingOptions,
  tenant: string,
  team: string,
  { limit, cursor, minPosition }: QueueQuery,
): Promise<Page<ListedMatter>> => {
  await readable(options, minPosition);
  const { db, vault } = options;
  const scope = [tenant, team];
  const range = { after: places.after(cursor, scope), limit: limit + 1 };
  const found = await db.asTenant(tenant, async (client) => {
    checkTeam(await groundOf(client, tenant), team);
    return queueOf(client, vault, tenant, team, range);
  });
  const page = places.page(found, limit, ({ place }) => place, scope);
  return { items: page.items.map(({ matter }) => matter), nextCursor: page.nextCursor };
};
