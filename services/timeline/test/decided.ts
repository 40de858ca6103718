import { type DataOf, streamOf } from '@throughline/contracts';
import { event, type Ground } from './ground.ts';

const asked = { channel: 'chat' } as const;
const decision: DataOf<'MatterAssigned'>['decision'] = { rule: 'turn', inputs: {}, alternatives: [] };
const place = { team: 'hardware', entry: 1, declined: [], until: '2026-05-05T12:00:00Z' };

/** What routing and crm-writeback say of a customer, as short as a spec can say it: by the noun, one event after the other. */
export const decided = (on: Pick<Ground, 'append' | 'vault'>, tenant: string) => {
  const idOf = (handle: string): string => on.vault.handleId(tenant, handle);
  const party = (handle: string, name?: string) => ({ id: idOf(handle), handle, ...(name !== undefined && { name }) });
  const conversation = on.vault.conversationId(tenant, 'spec', 'c0');

  /** A matter of a customer; each call is one thing that happens to it, at a minute of the day. */
  const matter = (id: string, of: string) => {
    const at = (minute: number): string => new Date(Date.UTC(2026, 4, 5, 8, minute)).toISOString().replace('.000', '');
    const subject = idOf(of);
    const stream = streamOf.matter(id);
    const base = (minute: number) => ({ matter: id, at: at(minute), heard: 0 });
    return {
      opens: (minute = 0) =>
        on.append(tenant, stream, [event('MatterOpened', { ...base(minute), subject, conversation, asked })]),
      waits: (minute: number, more: Partial<DataOf<'MatterQueued'>> = {}) =>
        on.append(tenant, stream, [event('MatterQueued', { ...base(minute), ...place, ...more, decision })]),
      isOffered: (minute: number, to: string) => {
        const offer = { team: place.team, entry: 1, agent: idOf(to), until: at(minute + 1) };
        return on.append(tenant, stream, [event('MatterOffered', { ...base(minute), ...offer, decision })]);
      },
      goesTo: (minute: number, agent: string) =>
        on.append(tenant, stream, [event('MatterAssigned', { ...base(minute), agent: idOf(agent), decision })]),
      leaves: (minute: number, from: string, note?: string) => {
        const packet = { since: at(0), conversations: [conversation], upTo: 0, tried: [], note };
        const handed = { ...base(minute), subject, from: idOf(from), because: 'hand' as const, packet };
        return on.append(tenant, stream, [event('MatterHandedOn', handed)]);
      },
      closes: (minute: number) =>
        on.append(tenant, stream, [event('MatterClosed', { ...base(minute), by: 'hand', outcome: 'solved' })]),
      isBack: (minute: number) =>
        on.append(tenant, stream, [event('MatterReopened', { ...base(minute), conversation })]),
    };
  };

  /** A promise in a matter; due at noon unless it is said otherwise. */
  const promise = (id: string, matter: string, of: string) => {
    const stream = streamOf.matter(matter);
    const dueAt = '2026-05-05T12:00:00Z';
    const base = (revision: number, at = '2026-05-05T09:00:00Z') => ({
      matter,
      promise: id,
      target: 'first-response' as const,
      revision,
      at,
    });
    const counted = { calendar: 'usual', calendarVersion: 0, tzdata: '2026a' };
    const question = { interaction: id, conversation, countedFrom: '2026-05-05T08:00:00Z' };
    return {
      made: () =>
        on.append(tenant, stream, [
          event('PromiseMade', {
            ...base(1),
            ...question,
            ...counted,
            subject: idOf(of),
            channel: 'chat',
            dueAt,
            within: 'PT4H',
            policyVersion: 0,
            automatic: 'ignored',
          }),
        ]),
      paused: () => on.append(tenant, stream, [event('PromisePaused', { ...base(2), because: 'hand', left: 'PT1H' })]),
      resumed: (due: string) =>
        on.append(tenant, stream, [event('PromiseResumed', { ...base(3), by: id, dueAt: due, ...counted })]),
      breached: () => on.append(tenant, stream, [event('PromiseBreached', base(4, dueAt))]),
      met: (late = false) => on.append(tenant, stream, [event('PromiseMet', { ...base(5), by: id, late })]),
      corrected: (more: Partial<DataOf<'PromiseCorrected'>>) =>
        on.append(tenant, stream, [
          event('PromiseCorrected', { ...base(6), because: id, ...question, ...counted, breached: false, ...more }),
        ]),
    };
  };

  const delivery = (id: string, of: string, connection: string) => {
    const stream = streamOf.delivery(id);
    const aside = { delivery: id, attempt: 1, subject: idOf(of), reason: 'Invalid' };
    return {
      planned: (record: DataOf<'DeliveryPlanned'>['record'] = 'activity') =>
        on.append(tenant, stream, [
          event('DeliveryPlanned', { delivery: id, connection, record, reference: id, subject: idOf(of) }),
        ]),
      confirmed: () =>
        on.append(tenant, stream, [event('DeliveryConfirmed', { delivery: id, attempt: 1, made: 'created' })]),
      rejected: (detail?: string) => on.append(tenant, stream, [event('DeliveryRejected', { ...aside, detail })]),
      parked: () => on.append(tenant, stream, [event('DeliveryParked', aside)]),
    };
  };

  /** What a CRM tells of a customer. */
  const told = (of: string, connection: string, more: Partial<DataOf<'CrmContextRead'>> = {}) =>
    on.append(tenant, streamOf.context(connection, idOf(of)), [
      event('CrmContextRead', {
        connection,
        subject: idOf(of),
        at: '2026-05-05T08:00:00Z',
        found: 'one',
        contact: '501',
        ...more,
      }),
    ]);

  const agent = (handle: string, name?: string) =>
    on.append(tenant, streamOf.agent(idOf(handle)), [
      event('AgentDefined', { agent: party(handle, name), teams: [place.team], capacity: 5 }),
    ]);

  return { matter, promise, delivery, told, agent, party, idOf };
};
