import { Controller, Get, Inject, SetMetadata } from '@nestjs/common';
import { answer, ApiOperation, ApiResponse, ApiTags, needs } from '@throughline/host';
import { z } from 'zod';
import { settings, type Settings } from '../sources.ts';

const writes = z.strictObject({ activity: z.string(), note: z.string(), task: z.string(), contact: z.string() });

const crm = z.strictObject({
  crm: z.string(),
  title: z.string(),
  url: z.string().optional().describe('Where it is, if a connection does not say.'),
  writes: writes.describe('How each record is written.'),
  once: z
    .enum(['upsert', 'find', 'receiver'])
    .describe(
      'What keeps a record from being there twice: the CRM by the reference, we who look first, or who receives it.',
    ),
  holdsAgainst: z.strictObject({
    kills: z.boolean(),
    freezes: z.boolean().describe('A sender that was frozen past its lease writes nothing twice.'),
  }),
  settlesWithinMs: z.int().describe('How long after a write a search may still not find it.'),
  longestText: z.int(),
  perSecond: z.number(),
  atOnce: z.int(),
  tells: z.array(z.string()).describe('What it can tell of a contact.'),
  secret: z.string().describe('What the secret of a connection is.'),
  settings: z.unknown().describe('The JSON Schema of what a connection may set.'),
});

/** The kinds of CRM. */
@ApiTags('connections')
@Controller('v1/crms')
@SetMetadata(needs, 'operate')
export class CrmsController {
  constructor(@Inject(settings) private readonly settings: Settings) {}

  @Get()
  @ApiOperation({ summary: 'The kinds of CRM that can be connected, and what each can do.' })
  @ApiResponse(answer(200, z.strictObject({ items: z.array(crm), nextCursor: z.null() }), 'All of them.'))
  list() {
    const items = [...this.settings.crms.values()].map(({ name, title, url, can, secret, settings: schema }) => ({
      crm: name,
      title,
      ...(url !== undefined && { url }),
      ...can,
      holdsAgainst: { kills: true, freezes: can.once === 'upsert' },
      tells: [...can.tells],
      secret: secret.is,
      settings: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    }));
    return { items, nextCursor: null };
  }
}
