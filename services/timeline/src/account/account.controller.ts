import { Controller, Get, Param, Query, Req, SetMetadata } from '@nestjs/common';
import { uuid } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  list,
  needs,
  type Page,
  pageOf,
  paging,
  problem,
} from '@throughline/host';
import { z } from 'zod';
import { type IdParam, idParam, type Request, waiting } from '../edge.ts';
import { findParties } from '../search/search.query.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { type Account, account } from './account.ts';
import { accountsBy, type ActiveAccount, listAccounts } from './account.query.ts';

const accounts = list<ActiveAccount>('accounts', z.strictObject({ at: z.string(), account: uuid }));

const accountsQuery = z.strictObject({
  ...paging,
  q: z.string().max(512).optional().describe('Words of keys and names, or their beginnings.'),
  owner: z.literal('none').optional().describe('Only accounts for which nobody is responsible.'),
  ...waiting,
});
type AccountsQuery = z.infer<typeof accountsQuery>;

/** The organisations that customers belong to. */
@ApiTags('accounts')
@Controller('v1/accounts')
@SetMetadata(needs, 'read')
export class AccountController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Accounts, the last active first' })
  @ApiResponse(answer(200, pageOf(account), 'A page.'))
  async list(@Query({ schema: accountsQuery }) query: AccountsQuery, @Req() request: Request): Promise<Page<Account>> {
    const reader = readerOf(request);
    const { tenant } = reader;
    const { limit, cursor, q, owner, minPosition } = query;
    if (minPosition !== undefined && q !== undefined) await this.timeline.reached(minPosition, 'search');
    const scope = [tenant, q, owner];
    const after = accounts.after(cursor, scope);
    const among = q === undefined ? undefined : ((await findParties(this.timeline.options, tenant, q)) ?? []);
    return this.timeline.read(reader, minPosition, async (reading) => {
      const filter = { among, unowned: owner === 'none' };
      const found = await listAccounts(reading, filter, { after, limit: limit + 1 });
      const { items, nextCursor } = accounts.page(found, limit, (place) => place, scope);
      return {
        items: await accountsBy(
          reading,
          items.map((item) => item.account),
        ),
        nextCursor,
      };
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One account' })
  @ApiResponse(answer(200, account, 'The account.'))
  @ApiResponse(problem(404, 'No account has this id.'))
  async get(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: z.strictObject(waiting) }) { minPosition }: { minPosition?: bigint },
    @Req() request: Request,
  ): Promise<Account> {
    const [found] = await this.timeline.read(readerOf(request), minPosition, (reading) => accountsBy(reading, [id]));
    if (!found) throw new Rejection('AccountUnknown', 'No account has this id.');
    return found;
  }
}
