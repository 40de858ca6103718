import { randomUUID } from 'node:crypto';
import { type Channel, streamOf } from '@throughline/contracts';
import { linkId } from '@throughline/identity';
import { decided } from './decided.ts';
import { event, type Ground } from './ground.ts';

/** Numbers below another one, the same for the same seed. */
export const dice = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
};

/** The customers' handles of a history. */
export const people = ['email:ann@example.com', 'tel:+14155550100', 'email:dee@example.com', 'chat:dee'];
const agents = ['email:bo@acme.example', 'email:cy@acme.example'];
const talks = ['c0', 'c1', 'c2', 'c3'];
const channels: readonly Channel[] = ['email', 'chat', 'phone', 'whatsapp'];
const crm = randomUUID();
const start = Date.UTC(2026, 4, 5, 8);
const years = 6_000_000;

/** Things that happen to a few customers, in an order that a seed gives; some of them told late. Each call is one event. */
export const history = (on: Pick<Ground, 'append' | 'say' | 'vault'>, tenant: string, seed: number) => {
  const roll = dice(seed);
  const any = <T>(of: readonly T[]): T => of[roll(of.length)]!;
  const { party, idOf, told, agent: defined, ...nouns } = decided(on, tenant);
  const captured: { readonly interaction: string; readonly conversation: string; readonly owners: string[] }[] = [];
  const matters: string[] = [];
  const promises: { readonly id: string; readonly matter: string; readonly of: string }[] = [];
  const tasks: { readonly task: string; readonly subject: string }[] = [];
  let minute = 0;
  const moment = (ago = 0): string => new Date(start + (minute - ago) * 60_000).toISOString();
  const fact = (...[type, data]: Parameters<typeof event>) => event(type, data as never, { occurredAt: moment() });
  const conversationOf = (talk: string): string => on.vault.conversationId(tenant, 'spec', talk);

  const say = async () => {
    const [who, us, talk] = [any(people), any(agents), any(talks)];
    const [from, to] = roll(3) === 0 ? [us, who] : [who, us];
    const more = {
      names: { [who]: `${any(['Ann', 'Anna', 'Dee'])} ${roll(3)}`, ...(roll(2) === 0 && { [us]: `Agent ${roll(3)}` }) },
      ...(roll(4) === 0 && { accounts: { [who]: any(['acme', 'umbrella']) } }),
      ...(roll(6) === 0 && { also: { [who]: [any(people)] } }),
    };
    // Every third comes late: an hour and a half, or a day.
    const at = moment(roll(3) === 0 ? any([90, 1_440]) : 0);
    // Every eighth is a meeting to come.
    const when = roll(8) === 0 ? { at: moment(-years), channel: 'meeting' as const } : { at, channel: any(channels) };
    const said = { ...when, from, to: [to], agents, conversation: talk, text: `words ${minute}` };
    const [id] = await on.say(tenant, { ...said, ...more });
    captured.push({ interaction: id!, conversation: conversationOf(talk), owners: [idOf(who)] });
  };

  const amend = async () => {
    const one = any(captured);
    if (!one) return say();
    const change = any([
      { change: 'kind' as const, kind: any(['sales', 'support'] as const) },
      { change: 'edited' as const, text: `other words ${minute}` },
      { change: 'withdrawn' as const, reason: 'a slip' },
    ]);
    await on.append(tenant, streamOf.conversation(one.conversation), [
      fact('InteractionAmended', { ...one, ...change }),
    ]);
  };

  const link = async () => {
    const [one, other] = [any(people), any(people)];
    if (one === other) return say();
    const [a, b] = [idOf(one), idOf(other)];
    const named = { link: linkId(tenant, a, b), rule: 'by-hand' as const, evidence: [], confidence: 1 };
    const data = roll(2)
      ? fact('HandlesLinked', { ...named, a: party(one), b: party(other) })
      : fact('LinkRetracted', { link: named.link, a, b, subject: a });
    await on.append(tenant, streamOf.handle(a), [data]);
  };

  const own = async () => {
    const isAccount = roll(4) === 0;
    const subject = isAccount ? on.vault.accountId(tenant, 'acme') : idOf(any(people));
    const owner = roll(4) === 0 ? {} : { owner: party(any(agents), `Agent ${roll(3)}`) };
    const of = isAccount ? ('account' as const) : ('customer' as const);
    const data = { of, subject, ...owner };
    const stream = isAccount ? streamOf.account(subject) : streamOf.handle(subject);
    await on.append(tenant, stream, [fact('OwnerAssigned', data)]);
  };

  const note = async () => {
    const subject = idOf(any(people));
    const nextStep = roll(2) ? { nextStep: { what: `step ${minute}` } } : {};
    const data = { note: randomUUID(), subject, decided: `decision ${minute}`, ...nextStep };
    await on.append(tenant, streamOf.handle(subject), [fact('NoteWritten', data)]);
  };

  const task = async () => {
    const old = roll(3) === 0 ? undefined : any(tasks);
    if (!old) {
      const about = { task: randomUUID(), subject: idOf(any(people)) };
      tasks.push(about);
      const data = { ...about, what: `task ${minute}`, owner: party(any(agents)), due: moment(-roll(500)) };
      return void (await on.append(tenant, streamOf.task(about.task), [fact('TaskScheduled', data)]));
    }
    const happens = any([
      () => fact('TaskSnoozed', { ...old, until: moment(-roll(300)) }),
      () => fact('TaskHandedOn', { ...old, from: idOf(agents[0]!), to: party(any(agents)), because: 'hand' }),
      () => fact('TaskCompleted', { ...old, outcome: 'Done.' }),
    ]);
    await on.append(tenant, streamOf.task(old.task), [happens()]);
  };

  const matter = async () => {
    const old = roll(4) === 0 ? undefined : any(matters);
    const id = old ?? randomUUID();
    const one = nouns.matter(id, people[matters.indexOf(id) % people.length] ?? any(people));
    if (!old) {
      matters.push(id);
      return void (await nouns.matter(id, people[matters.indexOf(id) % people.length]!).opens(minute));
    }
    const happens = any([
      () => one.waits(minute),
      () => one.isOffered(minute, any(agents)),
      () => one.goesTo(minute, any(agents)),
      () => one.leaves(minute, agents[0]!),
      () => one.closes(minute),
      () => one.isBack(minute),
    ]);
    await happens();
  };

  const promise = async () => {
    const matterId = any(matters);
    if (!matterId) return matter();
    const old = roll(3) === 0 ? undefined : any(promises);
    if (!old) {
      const made = { id: randomUUID(), matter: matterId, of: people[matters.indexOf(matterId) % people.length]! };
      promises.push(made);
      return void (await nouns.promise(made.id, made.matter, made.of).made());
    }
    const one = nouns.promise(old.id, old.matter, old.of);
    const happens = any([
      () => one.paused(),
      () => one.resumed(moment(-60)),
      () => one.breached(),
      () => one.met(),
      () => one.corrected({ dueAt: moment(-roll(90)), breached: roll(2) === 0 }),
    ]);
    await happens();
  };

  const others = any<() => Promise<unknown>>;
  const talk = () =>
    others([
      () => told(any(people), crm, { tier: any(['gold', 'silver']) }),
      () => defined(any(agents), `Agent ${roll(3)}`),
      () => on.append(tenant, streamOf.policy('session'), [fact('SessionPolicySet', { quiet: { chat: any(['PT5M', 'PT2H']) } })]), // prettier-ignore
      () => {
        const [from, into] = [conversationOf(any(talks.slice(2))), conversationOf(any(talks.slice(0, 2)))];
        return on.append(tenant, streamOf.conversation(from), [fact('ConversationsJoined', { from, into, evidence: [] })]); // prettier-ignore
      },
      () => {
        const conversation = conversationOf(any(talks));
        const data = { conversation, session: minute, by: 'hand' as const, at: moment() };
        return on.append(tenant, streamOf.conversation(conversation), [fact('SessionEnded', data)]);
      },
    ])();

  return {
    /** One event, and some minutes. */
    goesOn: async (): Promise<void> => {
      minute += 1 + roll(4);
      await any<() => Promise<unknown>>([say, say, say, say, amend, link, own, note, task, matter, matter, matter, promise, promise, talk])(); // prettier-ignore
    },
    now: (): string => moment(),
  };
};
