import { Controller, Get, Query, Req, SetMetadata } from '@nestjs/common';
import { answer, ApiOperation, ApiResponse, ApiTags, needs } from '@throughline/host';
import { z } from 'zod';
import { type Request, waiting } from '../edge.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { gist, type Gist, ofParam } from './gist.ts';
import { gistsOf } from './gist.query.ts';

const gistsQuery = z.strictObject({ of: ofParam, ...waiting });
type GistsQuery = z.infer<typeof gistsQuery>;
const gists = z.strictObject({ items: z.array(gist) });

/** Whose things are and how they began, for lists that know of both by their ids alone. */
@ApiTags('customers')
@Controller('v1/gists')
@SetMetadata(needs, 'read')
export class GistController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Who is behind many handles, and what their conversations are about, in one line each' })
  @ApiResponse(answer(200, gists, 'As they were asked for, in that order.'))
  async list(
    @Query({ schema: gistsQuery }) { of, minPosition }: GistsQuery,
    @Req() request: Request,
  ): Promise<{ items: Gist[] }> {
    const items = await this.timeline.read(readerOf(request), minPosition, (reading) => gistsOf(reading, of));
    return { items };
  }
}
