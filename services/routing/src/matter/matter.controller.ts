import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idempotencyKey,
  needs,
  type Page,
  pageOf,
  problem,
} from '@throughline/host';
import { type IdParam, idParam, type Written, written } from '../edge.ts';
import { packet, type Packet } from '../packet/packet.ts';
import { MatterDesk } from './desk.ts';
import { type Explanation, explanation } from './explanation.ts';
import { type ListedMatter, listedMatter, wholeMatter, type WholeMatter } from './listed.query.ts';
import {
  agentBody, type AgentBody, assignBody, type AssignBody, closeBody, type CloseBody, joinBody, type JoinBody,
  mattersQuery, type MattersQuery, readQuery, type ReadQuery, splitBody, type SplitBody, splitOff, type SplitOff,
} from './request.ts'; // prettier-ignore
import { SplitDesk } from './split.desk.ts';

const unknown = problem(404, 'No matter has this id.');
const done = answer(200, written, 'So it is, now or before.');

/** What customers want solved: who has it, or which queue, and why. */
@ApiTags('matters')
@Controller('v1/matters')
@SetMetadata(needs, 'open')
export class MatterController {
  constructor(
    private readonly desk: MatterDesk,
    private readonly splits: SplitDesk,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Matters in the order in which they began' })
  @ApiResponse(answer(200, pageOf(listedMatter), 'A page.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  list(@Query({ schema: mattersQuery }) query: MattersQuery, @Req() request: CallSource): Promise<Page<ListedMatter>> {
    return this.desk.list(callerOf(request).tenant, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One matter and its conversations' })
  @ApiResponse(answer(200, wholeMatter, 'The matter.'))
  @ApiResponse(unknown)
  get(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: readQuery }) query: ReadQuery,
    @Req() request: CallSource,
  ): Promise<WholeMatter> {
    return this.desk.get(callerOf(request).tenant, id, query);
  }

  @Get(':id/explanation')
  @ApiOperation({ summary: 'What happened to it: who has it because of which rule, on what, and what else there was' })
  @ApiResponse(answer(200, explanation, 'Step by step.'))
  @ApiResponse(unknown)
  explain(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: readQuery }) query: ReadQuery,
    @Req() request: CallSource,
  ): Promise<Explanation> {
    return this.desk.explain(callerOf(request).tenant, id, query);
  }

  @Get(':id/packet')
  @ApiOperation({ summary: 'What whoever takes it over has to know' })
  @ApiResponse(answer(200, packet, 'Its words are read from the ledger.'))
  @ApiResponse(unknown)
  packet(@Param({ schema: idParam }) { id }: IdParam, @Req() request: CallSource): Promise<Packet> {
    return this.desk.packet(callerOf(request).tenant, id);
  }

  @Post(':id/assign')
  @SetMetadata(needs, 'lead')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Give it to an agent, or into a team’s queue; whoever had it hands it on with a packet' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  @ApiResponse(problem(409, 'It is closed.'))
  assign(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: assignBody }) body: AssignBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.assign(request, id, body);
  }

  @Post(':id/accept')
  @SetMetadata(needs, 'work')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Take what is offered' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  @ApiResponse(problem(409, 'It is not offered to this agent, or not any more.'))
  accept(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: agentBody }) body: AgentBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.accept(request, id, body);
  }

  @Post(':id/decline')
  @SetMetadata(needs, 'work')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Leave what is offered to somebody else' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  @ApiResponse(problem(409, 'It is not offered to this agent, or not any more.'))
  decline(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: agentBody }) body: AgentBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.decline(request, id, body);
  }

  @Post(':id/close')
  @SetMetadata(needs, 'work')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that it is solved; what the customer says later opens it again' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  @ApiResponse(problem(409, 'It is closed already, with another outcome.'))
  close(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: closeBody.optional() }) body: CloseBody | undefined,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.close(request, id, body ?? {});
  }

  @Post(':id/split')
  @SetMetadata(needs, 'lead')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Make a matter of its own of one of its conversations' })
  @ApiResponse(answer(200, splitOff, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'There is no such matter, or it has no such conversation.'))
  @ApiResponse(problem(409, 'It is the only conversation of the matter.'))
  split(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: splitBody }) body: SplitBody,
    @Req() request: CallSource,
  ): Promise<SplitOff> {
    return this.splits.split(request, id, body);
  }

  @Post(':id/join')
  @SetMetadata(needs, 'lead')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Put all its conversations into another matter' })
  @ApiResponse(done)
  @ApiResponse(problem(404, 'There is no such matter.'))
  @ApiResponse(problem(409, 'One of the two is closed, or they are of two customers who are not of one account.'))
  join(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: joinBody }) body: JoinBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.splits.join(request, id, body);
  }
}
