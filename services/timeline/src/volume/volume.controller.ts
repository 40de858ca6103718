import { Controller, Get, Query, Req, SetMetadata } from '@nestjs/common';
import { instant } from '@throughline/contracts';
import { answer, ApiOperation, ApiResponse, ApiTags, needs, problem } from '@throughline/host';
import { z } from 'zod';
import { countCustomers } from '../customer/customers.query.ts';
import { handleParam, type Request, waiting } from '../edge.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { buckets, type Overview, overview, overviewOf } from './volume.ts';
import { volumesOfCustomer, volumesOfTenant } from './volume.query.ts';

const overviewQuery = z.strictObject({
  from: instant
    .optional()
    .describe('The first day (UTC) is the one of this moment; by default that of the first interaction.'),
  to: instant.optional().describe('The last day (UTC) is the one of this moment; by default today.'),
  bucket: z.enum(buckets).default('day'),
  customer: handleParam.optional().describe('Only one customer: the id, or a handle.'),
  ...waiting,
});
type OverviewQuery = z.infer<typeof overviewQuery>;

const beginning = '0001-01-01';
const dayAfter = (at: string): string =>
  new Date(Date.parse(`${at.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** How much there is over time. */
@ApiTags('overview')
@Controller('v1/overview')
@SetMetadata(needs, 'read')
export class VolumeController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Interactions over time by channel, of everybody or of one customer' })
  @ApiResponse(answer(200, overview, 'The volume.'))
  @ApiResponse(problem(404, 'No customer has this id or handle.'))
  async overview(@Query({ schema: overviewQuery }) query: OverviewQuery, @Req() request: Request): Promise<Overview> {
    const { from, to = this.timeline.now().toISOString(), bucket, customer, minPosition } = query;
    const days = { from: from?.slice(0, 10) ?? beginning, to: dayAfter(to) };
    return this.timeline.read(readerOf(request), minPosition, async (reading) => {
      const volumes = customer
        ? await volumesOfCustomer(reading, await this.timeline.handlesBy(reading, customer), days)
        : await volumesOfTenant(reading, days);
      const customers = customer ? undefined : await countCustomers(reading);
      const first = volumes.reduce((least, { day }) => (day < least ? day : least), to.slice(0, 10));
      return overviewOf(volumes, { from: from ?? `${first}T00:00:00Z`, to, bucket, customers });
    });
  }
}
