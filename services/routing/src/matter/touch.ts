import { arranged } from '@throughline/contracts';

const meetings = arranged.map((channel) => `'${channel}'`).join(', ');

/**
 * Touches of a tenant's conversation, both expressions: the last that had happened when it was told, and what was told
 * before it happened and is not called off, be it still to come or not.
 */
export const touchesOf = (tenant: string, conversation: string): string => `(
    select t.at, t.position, t.event, t.channel from routing.touch t where t.tenant = ${tenant} and t.conversation = ${conversation}
    union all
    select a.at, a.position, a.event, a.channel from routing.arrangement a
    where a.tenant = ${tenant} and a.conversation = ${conversation} and not exists (
      select from routing.called_off o where o.tenant = ${tenant} and o.conversation = a.conversation
        and (o.interaction = a.event or (o.position > a.position and o.since <= a.at))))`;

/** The condition that such a touch `t` has happened by a moment, an expression. */
export const happenedBy = (at: string): string => `not (t.at > ${at} and t.channel in (${meetings}))`;
