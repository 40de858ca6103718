/** What writing back answers with about CRMs, connections and deliveries. */

export const records = ['activity', 'note', 'task', 'contact'] as const;
export type CrmRecord = (typeof records)[number];

export type Crm = {
  crm: string;
  title: string;
  url?: string;
  writes: Record<CrmRecord, string>;
  once: 'upsert' | 'find' | 'receiver';
  holdsAgainst: { kills: boolean; freezes: boolean };
  settlesWithinMs: number;
  longestText: number;
  perSecond: number;
  atOnce: number;
  tells: string[];
  /** What the secret of a connection is. */
  secret: string;
  settings: unknown;
};

export type Connection = {
  id: string;
  name: string;
  crm: string;
  url: string;
  allowPrivate: boolean;
  state: 'active' | 'paused';
  /** Why it is paused, where nobody paused it by hand. */
  reason?: string;
  detail?: string;
  /** Writing to it fails now, and is tried again by itself. */
  failing?: { since: string; reason: string; waiting: number };
  createdAt: string;
  changedAt: string;
};

export type Findings = {
  ok: boolean;
  /** `canBeMade`: it is missing, and a test that prepares makes it. */
  findings: { what: string; ok: boolean; detail?: string; canBeMade?: boolean }[];
};

export type Delivery = {
  id: string;
  connection: string;
  /** What it is called, or was before it was removed. */
  connectionName: string;
  record: CrmRecord;
  state: 'open' | 'rejected' | 'parked' | 'confirmed' | 'dropped';
  customer: string;
  conversation?: string;
  attempts: number;
  plannedAt: string;
  changedAt: string;
  made?: 'created' | 'updated' | 'unchanged';
  remote?: string;
  /** Where people see the record in the CRM. */
  page?: string;
  reason?: string;
  detail?: string;
  waits?: string;
  nextTryAt?: string;
};
