import { Inject, Injectable } from '@nestjs/common';
import { instant, type Party, plainText, type Recorded, streamOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom, may } from '@throughline/host';
import { z } from 'zod';
import { customerFor } from '../customer.ts';
import { agentUnknown, type Written, writtenOf } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { partyOf } from '../party.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { transact } from '../transact.ts';
import {
  complete,
  handOn,
  schedule,
  snooze,
  type Task,
  type TaskDecision,
  type TaskEvent,
  taskHears,
  tasks,
} from './task.ts';

export const taskBody = z.strictObject({
  what: plainText(10_000),
  owner: z.string().max(512).describe('Who is to do it, such as email:bo@acme.example.'),
  name: plainText(256).optional().describe('That person’s name.'),
  due: instant,
});
export type TaskBody = z.infer<typeof taskBody>;

export const completionBody = z.strictObject({ outcome: plainText(10_000).optional() });
export type CompletionBody = z.infer<typeof completionBody>;

export const snoozeBody = z.strictObject({
  until: instant.describe('It rests until then, and stays due when it is.'),
});
export type SnoozeBody = z.infer<typeof snoozeBody>;

export const newOwnerBody = taskBody.pick({ owner: true, name: true });
export type NewOwnerBody = z.infer<typeof newOwnerBody>;

/** What people do with tasks, whichever way they ask. */
@Injectable()
export class TaskDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** Somebody is to do it. Throws Rejections `CustomerUnknown`, `CustomerErased`, `HandleInvalid`, `AgentUnknown`. */
  async schedule(source: CallSource, id: string, body: TaskBody): Promise<Written & { readonly id: string }> {
    const { tenant } = callerOf(source);
    const customer = await customerFor(this.options, tenant, id);
    const { what, due } = body;
    const owner = await this.ownerOf(tenant, body);
    // The stream's name; the event has another id, under the same key the same again.
    const task = idFrom(source, 1);
    const told = await this.decide(source, task, schedule(task, { subject: customer.id, what, owner, due }));
    return { id: task, ...told };
  }

  /** It was done; once, whoever says it. Throws Rejections `TaskUnknown`, `TaskDone` where it was with another outcome. */
  async complete(source: CallSource, task: string, { outcome }: CompletionBody): Promise<Written> {
    const told = await this.decide(source, task, complete(task, outcome));
    if (outcome !== undefined && told.event !== idFrom(source)) await this.refuseOther(source, task, outcome);
    return told;
  }

  // Decisions do not look into seals, and what was done stays so: it is compared when it is known to be done.
  private async refuseOther(source: CallSource, task: string, outcome: string): Promise<void> {
    const { ledger, vault } = this.options;
    const { tenant } = callerOf(source);
    const opened = await vault.open(tenant, await ledger.read(tenant, streamOf.task(task)));
    const done = opened.find((event): event is Recorded<'TaskCompleted'> => event.type === 'TaskCompleted');
    if (done?.data.outcome === outcome) return;
    throw doneOtherwise(may(source, 'open') ? done : undefined);
  }

  /** It rests until an instant. Throws Rejections `TaskUnknown`, `TaskDone`, `InvalidBody`. */
  snooze(source: CallSource, task: string, { until }: SnoozeBody): Promise<Written> {
    const { now = () => new Date() } = this.options;
    // Asked again, it may be over by then.
    return this.decide(source, task, snooze(task, until, now().toISOString()), { until });
  }

  /** Somebody else is to do it. Throws Rejections `TaskUnknown`, `TaskDone`, `HandleInvalid`, `AgentUnknown`. */
  async handOn(source: CallSource, task: string, body: NewOwnerBody): Promise<Written> {
    const to = await this.ownerOf(callerOf(source).tenant, body);
    return this.decide(source, task, handOn(task, to));
  }

  /** Who is to do it: anybody but an agent who was removed. Throws Rejections `HandleInvalid`, `AgentUnknown`. */
  private async ownerOf(tenant: string, { owner, name }: NewOwnerBody): Promise<Party> {
    const party = partyOf(this.options, tenant, owner, name);
    const { agents } = await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant));
    if (agents.get(party.id)?.removed) throw agentUnknown('/owner');
    return party;
  }

  private async decide(source: CallSource, task: string, decide: TaskDecision, content?: object): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<Task, TaskEvent>(this.options, {
      tenant,
      stream: streamOf.task(task),
      noun: tasks,
      hears: taskHears,
      decide,
      id: idFrom(source),
      actor,
      content,
    });
    return writtenOf(told!);
  }
}

const mostQuoted = 200;

// Somebody who was erased since is quoted no more.
const doneOtherwise = (done: Recorded<'TaskCompleted'> | undefined): Rejection => {
  const quoted = done?.data.outcome?.slice(0, mostQuoted);
  const how = quoted === undefined ? 'without this outcome' : `with the outcome “${quoted}”`;
  return new Rejection('TaskDone', `It was done before, ${how}. What is to be added can be written as a note.`, [
    { pointer: '/outcome', reason: 'is another than the task has' },
  ]);
};
