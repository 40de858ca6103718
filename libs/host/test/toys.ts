import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Conflict, Rejection } from '@throughline/decider';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  answer,
  Busy,
  callerOf,
  idFrom,
  list,
  ndjsonLines,
  pageOf,
  paging,
  problem,
  type Problems,
  tenantless,
} from '../src/index.ts';

const toy = z.strictObject({
  name: z.string().min(1),
  colour: z.enum(['red', 'blue']),
  parts: z.array(z.strictObject({ size: z.int() })).default([]),
});
type Toy = z.infer<typeof toy>;
const toyQuery = z.strictObject({ ...paging, colour: z.enum(['red', 'blue']).optional() });
const toys = list('toys', z.tuple([z.coerce.bigint()]));
export const toyProblems = {
  ToyUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such toy' },
} as const satisfies Problems;

@Controller('v1/toys')
class ToyController {
  @Post()
  @ApiResponse(answer(201, z.strictObject({ id: z.uuid(), name: z.string() }), 'Made.'))
  @ApiResponse(problem(422, 'Not a toy.'))
  make(@Body({ schema: toy }) body: Toy, @Req() request: FastifyRequest) {
    return { id: idFrom(request), name: body.name };
  }

  @Get()
  @ApiResponse(answer(200, pageOf(toy), 'A page.'))
  list(@Query({ schema: toyQuery }) { limit, cursor, colour }: z.infer<typeof toyQuery>) {
    const after = toys.after(cursor, [colour])?.[0] ?? 0n;
    const items = Array.from({ length: Math.min(limit + 1, 5 - Number(after)) }, (_, at) => Number(after) + at + 1);
    return toys.page(items, limit, (item) => [BigInt(item)], [colour]);
  }

  @Get('errors/:kind')
  fail(@Param('kind', { schema: z.enum(['unknown', 'lost', 'busy', 'bug', 'json']) }) kind: string) {
    if (kind === 'unknown') throw new Rejection('ToyUnknown', 'No toy has this id.');
    if (kind === 'lost') throw new Conflict('toy-1', 2);
    if (kind === 'busy') throw new Busy('Too many toys.', 3);
    if (kind === 'json') JSON.parse('{"handle": ann@example.com}');
    throw new Error('a secret of the server');
  }

  @Get(':id')
  one(@Param({ schema: z.strictObject({ id: z.uuid() }) }) { id }: { id: string }) {
    return { id };
  }
}

@Controller()
class OtherController {
  @Post('v1/toys::batch')
  @HttpCode(200)
  batch(@Body() body: unknown) {
    return { lines: Buffer.isBuffer(body) ? [...ndjsonLines(body)] : body };
  }

  @Post('v1/toys::wind')
  @HttpCode(200)
  wind() {
    return {};
  }

  @Post('v1/emails')
  mail(@Body() body: Buffer) {
    return { bytes: body.length };
  }

  @Get('v1/me')
  me(@Req() request: FastifyRequest) {
    return callerOf(request);
  }

  @Get('v1/anybody')
  @SetMetadata(tenantless, true)
  anybody(@Req() request: FastifyRequest) {
    return callerOf(request);
  }
}

@Module({ controllers: [ToyController, OtherController] })
export class ToyModule {}
