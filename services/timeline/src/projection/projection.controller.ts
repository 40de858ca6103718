import { Controller, Delete, Get, HttpCode, Param, Post, Query, SetMetadata } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import { answer, ApiOperation, ApiResponse, ApiTags, needs, problem } from '@throughline/host';
import { mostWorkers, type RebuildElsewhere } from '@throughline/read-model';
import { z } from 'zod';
import {
  differenceShape,
  type DifferenceShape,
  projectionShape,
  type ProjectionShape,
  shapeOf,
  shapeOfDifference,
} from './projection.ts';
import { type Projection, Rebuilds, refusing } from './rebuilds.ts';

const projectionParam = z.strictObject({ name: z.string().max(200) });
type ProjectionParam = z.infer<typeof projectionParam>;

const rebuildQuery = z.strictObject({
  workers: z.coerce
    .number()
    .int()
    .min(1)
    .max(mostWorkers)
    .optional()
    .describe(
      'How many make the rows, each those of its own tenants; as many as there are processors, and four at most, unless given.',
    ),
});
type RebuildQuery = z.infer<typeof rebuildQuery>;

const listShape = z.strictObject({ items: z.array(projectionShape) });

const unknown = problem(404, 'No projection is called so.');
const notRebuilt = problem(422, 'It answers events with events: it is not rebuilt.');
const notNow = problem(409, 'Nothing stands beside it, or it cannot be done yet.');

/** The projections of the read side, over all tenants, and what is rebuilt beside them. */
@ApiTags('projections')
@Controller('v1/projections')
@SetMetadata(needs, 'operate')
export class ProjectionController {
  constructor(private readonly rebuilds: Rebuilds) {}

  @Get()
  @ApiOperation({
    summary: 'The projections that can be rebuilt, and whatever else something stands beside; and how far that is',
  })
  @ApiResponse(answer(200, listShape, 'All of them.'))
  async list(): Promise<z.infer<typeof listShape>> {
    const all = await Promise.all((await this.rebuilds.all()).map(shown));
    return { items: all.filter(({ state, beside }) => state !== 'elsewhere' || beside !== undefined) };
  }

  @Post(':name/rebuild')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Fill new tables from the ledger, beside the live ones, or go on with that',
    description: 'What was live before the last swap is dropped for it.',
  })
  @ApiResponse(answer(202, projectionShape, 'It is being rebuilt.'))
  @ApiResponse(unknown)
  @ApiResponse(notRebuilt)
  @ApiResponse(problem(507, 'The database has no room.'))
  async rebuild(
    @Param({ schema: projectionParam }) param: ProjectionParam,
    @Query({ schema: rebuildQuery }) { workers }: RebuildQuery,
  ): Promise<ProjectionShape> {
    const rebuild = await this.rebuilds.rebuild(param.name);
    return this.after(param, () => rebuild.begin({ workers }));
  }

  @Get(':name/diff')
  @ApiOperation({ summary: 'Digest the live tables and those beside them, as both are at one position' })
  @ApiResponse(answer(200, differenceShape, 'What differs.'))
  @ApiResponse(unknown)
  @ApiResponse(notNow)
  async diff(@Param({ schema: projectionParam }) param: ProjectionParam): Promise<DifferenceShape> {
    const one = await this.rebuilds.of(param.name);
    return shapeOfDifference(one, await refusing(one.rebuild.diff()));
  }

  @Post(':name/swap')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make what was rebuilt live; what is live is kept beside it' })
  @ApiResponse(answer(200, projectionShape, 'It is live.'))
  @ApiResponse(unknown)
  @ApiResponse(notNow)
  async swap(@Param({ schema: projectionParam }) param: ProjectionParam): Promise<ProjectionShape> {
    return this.after(param, (rebuild) => rebuild.swap());
  }

  @Post(':name/rollback')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make what was live before the swap live again' })
  @ApiResponse(answer(200, projectionShape, 'It is live again.'))
  @ApiResponse(unknown)
  @ApiResponse(notNow)
  async rollback(@Param({ schema: projectionParam }) param: ProjectionParam): Promise<ProjectionShape> {
    return this.after(param, (rebuild) => rebuild.rollback());
  }

  @Delete(':name/beside')
  @HttpCode(204)
  @ApiOperation({ summary: 'Drop what stands beside the live tables' })
  @ApiResponse({ status: 204, description: 'It is gone.' })
  @ApiResponse(unknown)
  @ApiResponse(notNow)
  async discard(@Param({ schema: projectionParam }) param: ProjectionParam): Promise<void> {
    const { rebuild } = await this.rebuilds.of(param.name);
    if (!(await refusing(rebuild.discard())))
      throw new Rejection('NothingBeside', `Nothing stands beside ${param.name}.`);
  }

  private async after(
    { name }: ProjectionParam,
    act: (rebuild: RebuildElsewhere) => Promise<unknown>,
  ): Promise<ProjectionShape> {
    await refusing(act((await this.rebuilds.of(name)).rebuild));
    return shown(await this.rebuilds.of(name));
  }
}

const shown = async (one: Projection): Promise<ProjectionShape> => shapeOf(one, await one.rebuild.attend());
