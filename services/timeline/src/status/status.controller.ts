import { Controller, Get, Inject, Query, Req, SetMetadata } from '@nestjs/common';
import { parkedDesk } from '@throughline/feed';
import { answer, ApiOperation, ApiResponse, ApiTags, callerOf, needs } from '@throughline/host';
import { knownProjections, type Running } from '@throughline/read-model';
import { z } from 'zod';
import { countCustomers } from '../customer/customers.query.ts';
import { type Request } from '../edge.ts';
import { factsOf } from '../fact/fact.query.ts';
import { type Projections, projections } from '../projections.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';

const status = z.strictObject({
  ready: z.boolean(),
  tenant: z.string(),
  head: z.int().describe('The position of the last event of the ledger, whichever tenant’s it is.'),
  checksum: z.string().describe('Digests the set of captured facts by their ids.'),
  counts: z.strictObject({
    events: z.int().describe('The tenant’s own: where there is more than one tenant, less than `head`.'),
    interactions: z.int(),
    entries: z.int(),
    customers: z.int(),
    quarantined: z.int(),
    parked: z.int(),
  }),
  projections: z.array(
    z.strictObject({ name: z.string(), version: z.int(), position: z.int(), checksum: z.string().optional() }),
  ),
});
type Status = z.infer<typeof status>;

const statusQuery = z.strictObject({
  checksums: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Digests the rows of each projection as well: reads them all.'),
});
type StatusQuery = z.infer<typeof statusQuery>;

/** Where everything stands. */
@ApiTags('status')
@Controller('v1/status')
@SetMetadata(needs, 'read')
export class StatusController {
  constructor(
    private readonly timeline: Timeline,
    @Inject(projections) private readonly projections: Projections,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How much there is, how far the projections are, and the checksum of all captured facts' })
  @ApiResponse(answer(200, status, 'The status.'))
  async status(@Query({ schema: statusQuery }) { checksums }: StatusQuery, @Req() request: Request): Promise<Status> {
    const { tenant } = callerOf(request);
    const head = await this.timeline.options.ledger.head();
    // Before what is counted: no position is told whose events the counts do not have.
    const projected = await this.projected(tenant, checksums === 'true');
    const { checksum, customers, parked, ...counts } = await this.timeline.read(
      readerOf(request),
      undefined,
      async (reading) => ({
        ...(await factsOf(reading)),
        customers: await countCustomers(reading),
        parked: await parkedDesk(reading.client).count(),
      }),
    );
    const quarantined = (await this.timeline.options.quarantined?.(tenant)) ?? 0;
    return {
      ready: this.running().every(({ following }) => following.state === 'running'),
      tenant,
      head: Number(head),
      checksum,
      counts: { ...counts, customers, quarantined, parked },
      projections: projected,
    };
  }

  private running(): Running[] {
    return [...Object.values(this.projections), ...(this.timeline.options.alongside?.() ?? [])];
  }

  /** What this process knows first hand, and what others work on as the database knows it. */
  private async projected(tenant: string, withChecksums: boolean): Promise<Status['projections']> {
    const here = this.running().map(({ projection, following }) => ({
      name: projection.projection,
      version: projection.liveVersion(),
      position: following.position(),
      checksum: (of: string) => projection.checksum(of),
    }));
    const known = await knownProjections(this.timeline.options.projectorDb);
    const elsewhere = known.filter(({ name }) => here.every((one) => one.name !== name));
    return Promise.all(
      [...here, ...elsewhere].map(async ({ name, version, position, checksum }) => ({
        name,
        version,
        position: Number(position),
        ...(withChecksums && { checksum: await checksum(tenant) }),
      })),
    );
  }
}
