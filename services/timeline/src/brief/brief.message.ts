import type { Answer, Brief as Message } from '@throughline/contracts/gen/throughline/timeline/v1/brief';
import { customerMessage } from '../customer/customer.message.ts';
import type { Brief } from './shape.ts';

type Struct = Record<string, unknown>;

// A Struct has no place for what is not there.
const struct = (value: object): Struct => JSON.parse(JSON.stringify(value)) as Struct;

const answerMessage = ({
  answer,
  reason,
  events,
}: {
  answer: object | null;
  reason?: string;
  events: string[];
}): Answer => ({
  answer: answer === null ? undefined : struct(answer),
  reason,
  events,
});

/** A brief as gRPC has it. */
export const briefMessage = (brief: Brief): Message => ({
  customer: customerMessage(brief.customer),
  position: BigInt(brief.position),
  now: brief.now.map(struct),
  lastTalkedAbout: answerMessage(brief.lastTalkedAbout),
  responsible: answerMessage(brief.responsible),
  nextStep: answerMessage(brief.nextStep),
  happened: answerMessage(brief.happened),
  crm: answerMessage(brief.crm),
});
