import { Body, Controller, Get, HttpCode, Post, Query, SetMetadata } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiBody,
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
import type { SignedCheckpoint, Verdict } from '@throughline/ledger';
import { z } from 'zod';
import { positionParam } from '../edge.ts';
import { checkpointShape, type CheckpointShape, shapeOf, signedOf } from './checkpoint.ts';
import { Proof } from './proof.ts';

const headShape = z.strictObject({
  ledger: z.string().nullable().describe('Which ledger: the hash of its first batch.'),
  epoch: z.int().describe('How often the ledger was forked by a restore or a promotion.'),
  position: z.int(),
  hash: z.string().nullable().describe('The hash of the batch that ends there.'),
});
type HeadShape = z.infer<typeof headShape>;

const verdictShape = z.union([
  z.strictObject({ ok: z.literal(true), from: z.int(), to: z.int(), hash: z.string() }),
  z.strictObject({ ok: z.literal(false), position: z.int(), reason: z.string() }),
]);
type VerdictShape = z.infer<typeof verdictShape>;

const verifyQuery = z
  .strictObject({
    from: positionParam.optional().describe('From the batch that holds this position; else from the first event.'),
    to: positionParam
      .optional()
      .describe('To the batch that holds this position; else to the head, and against the checkpoints that are kept.'),
  })
  .refine(({ from = 1n, to }) => to === undefined || from <= to, { path: ['to'], error: 'is before from' });
type VerifyQuery = z.infer<typeof verifyQuery>;

const compareBody = z.strictObject({ checkpoint: checkpointShape });
const keptPages = list<{ position: bigint }>('checkpoints', z.strictObject({ position: z.coerce.bigint() }));
const keptQuery = z.strictObject(paging);
const kept = pageOf(checkpointShape).extend({
  publicKey: z.string().describe('Ed25519, SPKI in PEM.'),
  contradiction: z
    .string()
    .nullable()
    .describe('Why nothing more is signed: the ledger does not contain what was signed last. Null where it does.'),
});

const shapeOfVerdict = (verdict: Verdict): VerdictShape =>
  verdict.ok
    ? { ...verdict, from: Number(verdict.from), to: Number(verdict.to) }
    : { ...verdict, position: Number(verdict.position) };

/** The ledger as a whole, over all tenants: its head, its proof, and what was signed of it. */
@ApiTags('ledger')
@Controller('v1/ledger')
@SetMetadata(needs, 'operate')
export class ProofController {
  constructor(private readonly proof: Proof) {}

  @Get()
  @ApiOperation({ summary: 'The head of the ledger and its hash' })
  @ApiResponse(answer(200, headShape, 'The head.'))
  async head(): Promise<HeadShape> {
    const tip = await this.proof.head();
    return tip ? { ...tip, position: Number(tip.position) } : { ledger: null, epoch: 1, position: 0, hash: null };
  }

  @Get('verify')
  @ApiOperation({ summary: 'Recompute the chain of hashes over every column of every event and batch' })
  @ApiResponse(answer(200, verdictShape, 'What was found.'))
  @ApiResponse(problem(422, 'There is no event at such a position.'))
  async verify(@Query({ schema: verifyQuery }) range: VerifyQuery): Promise<VerdictShape> {
    return shapeOfVerdict(await this.proof.verify(range));
  }

  @Post('verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether the ledger still contains what a checkpoint says' })
  @ApiBody({ description: 'The checkpoint, as it was written.' })
  @ApiResponse(answer(200, verdictShape, 'What was found.'))
  @ApiResponse(problem(422, 'It is no checkpoint that was signed here.'))
  async compare(@Body({ schema: compareBody }) { checkpoint }: z.infer<typeof compareBody>): Promise<VerdictShape> {
    const signed = signedOf(checkpoint);
    const fault = await this.proof.signing().faultOf(signed);
    return shapeOfVerdict(fault ? { ok: false, ...fault } : await this.proof.verify({ to: signed.position }));
  }

  @Get('checkpoints')
  @ApiOperation({ summary: 'What was signed and is kept, newest first' })
  @ApiResponse(answer(200, kept, 'A page.'))
  async kept(
    @Query({ schema: keptQuery }) { limit, cursor }: z.infer<typeof keptQuery>,
  ): Promise<Page<CheckpointShape> & { publicKey: string; contradiction: string | null }> {
    const notary = this.proof.signing();
    const before = keptPages.after(cursor)?.position;
    const found: SignedCheckpoint[] = [];
    for await (const signed of notary.kept(before)) if (found.push(signed) > limit) break;
    const { items, nextCursor } = keptPages.page(found, limit, ({ position }) => ({ position }));
    const publicKey = notary.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return { items: items.map(shapeOf), nextCursor, publicKey, contradiction: (await notary.contradiction()) ?? null };
  }

  @Post('checkpoints')
  @ApiOperation({ summary: 'Sign what the ledger is by now, and keep that' })
  @ApiResponse(answer(201, checkpointShape, 'Signed.'))
  @ApiResponse(problem(409, 'There are no events yet, or nothing is signed here.'))
  async sign(): Promise<CheckpointShape> {
    const signed = await this.proof.signing().sign();
    if (!signed) throw new Rejection('NothingSigned', 'The ledger has no events yet.');
    return shapeOf(signed);
  }
}
