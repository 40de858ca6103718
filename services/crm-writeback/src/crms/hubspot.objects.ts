import type { Channel } from '@throughline/contracts';
import { partsOf } from './asking.ts';
import type { Activity, Context, CrmRecord } from './crm.ts';
import { fitting, nameOf } from './text.ts';

/** Most characters of a body, before they are escaped as HTML. */
export const longestText = 32_000;

/** Properties of an object; what is undefined is left as it is. */
export type Values = Readonly<Record<string, string | null | undefined>>;

const html = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r?\n/g, '<br>');

const messages: { readonly [C in Channel]?: string } = { whatsapp: 'WHATS_APP', sms: 'SMS' };

/** The engagement that an activity is; HubSpot moves its own dates of last contact by these. */
const engagementOf = ({ channel, direction, subject, body, from, until, link }: Activity): [string, Values] => {
  const text = html(fitting(body, longestText, link));
  const outbound = direction === 'outbound';
  const at = { hs_timestamp: from };
  if (channel === 'phone') {
    const took = String(Math.max(Date.parse(until) - Date.parse(from), 0));
    const call = {
      hs_call_direction: outbound ? 'OUTBOUND' : 'INBOUND',
      hs_call_status: 'COMPLETED',
      hs_call_duration: took,
    };
    return ['calls', { ...at, ...call, hs_call_title: subject, hs_call_body: text }];
  }
  if (channel === 'email') {
    const mail = { hs_email_direction: outbound ? 'EMAIL' : 'INCOMING_EMAIL', hs_email_status: 'SENT' };
    return ['emails', { ...at, ...mail, hs_email_subject: subject, hs_email_html: text }];
  }
  if (channel === 'meeting' || channel === 'in-person') {
    const meeting = { hs_meeting_start_time: from, hs_meeting_end_time: until, hs_meeting_outcome: 'COMPLETED' };
    return ['meetings', { ...at, ...meeting, hs_meeting_title: subject, hs_meeting_body: text }];
  }
  const type = messages[channel];
  if (type === undefined) return ['notes', { ...at, hs_note_body: `<b>${html(subject)}</b><br>${text}` }];
  const message = { hs_communication_channel_type: type, hs_communication_logged_from: 'CRM' };
  return ['communications', { ...at, ...message, hs_communication_body: text }];
};

/** The object that a record is in HubSpot: its type and its properties. */
export const objectOf = (
  record: Exclude<CrmRecord, { is: 'contact' }>,
  ownerId?: string,
): readonly [string, Values] => {
  switch (record.is) {
    case 'activity':
      return engagementOf(record);
    case 'note':
      return ['notes', { hs_timestamp: record.at, hs_note_body: html(fitting(record.body, longestText, record.link)) }];
    case 'task': {
      const { what, due, owner: by, done, link } = record;
      const told = [what, `Owner: ${nameOf(by)}`, done?.outcome && `Outcome: ${done.outcome}`, link].filter(Boolean);
      const status = done ? 'COMPLETED' : 'NOT_STARTED';
      const task = { hs_timestamp: due, hs_task_status: status, hs_task_type: 'TODO', hubspot_owner_id: ownerId };
      const body = html(fitting(told.join('\n'), longestText, link));
      return ['tasks', { ...task, hs_task_subject: fitting(what, 250), hs_task_body: body }];
    }
  }
};

/** By which filters of a search a contact with this handle is found; none where it cannot be. */
export const filtersOf = (handle: string): object[] => {
  const [namespace, value] = partsOf(handle);
  const by = (propertyName: string, operator = 'EQ') => ({ filters: [{ propertyName, operator, value }] });
  if (namespace === 'email') return [by('email'), by('hs_additional_emails', 'CONTAINS_TOKEN')];
  return namespace === 'tel' || namespace === 'whatsapp' ? [by('phone'), by('mobilephone')] : [];
};

/** The properties that tell what. */
export type ContextProperties = {
  readonly [Name in 'tier' | 'value' | 'renewal' | 'loyaltyLevel' | 'loyaltyPoints']?: string;
};

const numberOf = (text: string | null | undefined): number | undefined =>
  text == null || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);

/** What a contact's properties and its deals tell; `wanted` names the properties. */
export const contextOf = (wanted: ContextProperties, values: Values, deals: readonly Values[]): Context => {
  const at = (name: keyof ContextProperties): string | undefined => values[wanted[name] ?? ''] ?? undefined;
  const [amount, points, level] = [numberOf(at('value')), numberOf(at('loyaltyPoints')), at('loyaltyLevel')];
  const open = deals.filter((deal) => deal['hs_is_closed'] !== 'true');
  const won = deals.filter((deal) => deal['hs_is_closed_won'] === 'true');
  return {
    tier: at('tier'),
    renewal: at('renewal'),
    ...(amount !== undefined && { value: { amount } }),
    ...((level !== undefined || points !== undefined) && { loyalty: { level, points } }),
    deals: open.map((deal) => ({
      name: deal['dealname'] ?? 'A deal',
      stage: deal['dealstage'] ?? undefined,
      amount: numberOf(deal['amount']),
      currency: deal['deal_currency_code'] ?? undefined,
      closes: deal['closedate'] ?? undefined,
    })),
    purchases: won.map((deal) => ({
      product: deal['dealname'] ?? 'A deal',
      at: deal['closedate'] ?? undefined,
      amount: numberOf(deal['amount']),
    })),
  };
};
