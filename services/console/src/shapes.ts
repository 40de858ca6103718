/** The shapes that the API answers with (docs in /docs and /openapi.json). */

export type Channel =
  | 'email' | 'phone' | 'sms' | 'whatsapp' | 'chat' | 'social' | 'form' | 'meeting' | 'ticket' | 'in-app'
  | 'self-service' | 'campaign' | 'in-person' | 'survey'; // prettier-ignore
export type Direction = 'inbound' | 'outbound' | 'internal';

export type Party = { id?: string; handle?: string; name?: string };
export type Participant = Party & { role: string; account?: AccountName };
export type Page<Item> = { items: Item[]; nextCursor: string | null };

export type AccountName = { id: string; key?: string; name?: string };
export type Account = AccountName & { owner: Party | null; customers?: number; lastAt?: string };

export type Customer = {
  id: string;
  name?: string;
  handles: Party[];
  accounts: AccountName[];
  owner: Party | null;
  lastAt?: string;
  entries?: number;
  /** Since when they are erased: nothing else is left of them. */
  erasedAt?: string;
};

export type Entry = {
  id: string;
  position: number;
  occurredAt: string;
  recordedAt: string;
  type: string;
  channel?: Channel;
  direction?: Direction;
  kind?: string;
  intent?: string;
  topic?: string;
  priority?: string;
  language?: string;
  conversation?: string;
  automatic?: boolean;
  backfill?: boolean;
  participants: Participant[];
  author?: number;
  subject?: string;
  text?: string;
  quoted?: string;
  details?: Readonly<Record<string, unknown>>;
  attachments?: { name?: string; mediaType?: string; size?: number }[];
  amendments?: {
    change: string;
    at: string;
    by?: string;
    text?: string;
    subject?: string;
    status?: string;
    kind?: string;
  }[];
  withdrawn?: boolean;
  edited?: boolean;
  erased?: boolean;
  expired?: boolean;
  /** Words, names and addresses are there, and not opened for whoever looks on. */
  sealed?: boolean;
  note?: {
    discussed?: string;
    decided?: string;
    text?: string;
    nextStep?: { what?: string; owner?: Party; due?: string };
  };
  task?: {
    id: string;
    what?: string;
    owner?: Party;
    due?: string;
    done?: { at: string; outcome?: string };
    /** It rests until then. */
    until?: string;
    /** Who was to do it before. */
    from?: Party;
  };
  owner?: Party | null;
  link?: { id: string; a?: Party; b?: Party; rule?: string };
  session?: { number: number; by: string; outcome?: string };
  matter?: {
    id: string;
    agent?: Party;
    from?: Party;
    team?: string;
    until?: string;
    fallback?: Party;
    rule?: string;
    because?: string;
    note?: string;
    by?: string;
    outcome?: string;
  };
  promise?: { id: string; matter: string; target: string; due?: string; late?: boolean; breached?: boolean };
  delivery?: { id: string; record?: string; made?: string; reason?: string; detail?: string };
  actor?: string;
};

export type Answer<Shape> = { answer: Shape | null; reason?: string; events: string[] };

/** What a CRM told of a customer, and when. */
export type Told = {
  asOf: string;
  /** It may be otherwise by now. */
  stale: boolean;
  owner?: Party;
  tier?: string;
  value?: Money;
  renewal?: string;
  deals?: (Partial<Money> & { name: string; stage?: string; closes?: string })[];
  purchases?: { product: string; at?: string; amount?: number }[];
  loyalty?: { level?: string; points?: number };
};
export type Money = { amount: number; currency?: string };

export type Brief = {
  customer: { id: string };
  position: number;
  now: { conversation: string; channel: Channel; since: string; intent?: string; lastWords?: string; lastAt: string }[];
  lastTalkedAbout: Answer<{
    at: string;
    channel?: Channel;
    direction?: Direction;
    with: string[];
    subject?: string;
    topic?: string;
    intent?: string;
    words?: string;
  }>;
  responsible: Answer<{
    owner?: Party;
    queue?: { team: string; until: string; fallback?: Party; offeredTo?: Party };
    since: string;
    due?: string;
    of: 'matter' | 'customer' | 'crm' | 'account';
    matter?: string;
    others?: { matter: string }[];
  }>;
  nextStep: Answer<{
    what?: string;
    due?: string;
    owner?: Party;
    team?: string;
    task?: string;
    promise?: string;
    overdue?: boolean;
  }>;
  happened: Answer<{
    since: string;
    until: string;
    interactions: number;
    conversations: number;
    byChannel: Partial<Record<Channel, number>>;
    inbound: number;
    outbound: number;
    quietDays?: number;
    firstSubject?: string;
    highlights?: { at: string; what: string; event: string }[];
  }>;
  crm: Answer<Told>;
};

export type Overview = {
  from: string;
  to: string;
  bucket: 'day' | 'week' | 'month';
  channels: Channel[];
  rows: { at: string; counts: Partial<Record<Channel, number>> }[];
  totals: { interactions: number; customers?: number; inbound?: number; outbound?: number; internal?: number };
};

export type Quarantined = {
  id: string;
  receivedAt: string;
  via: string;
  reason: string;
  size: number;
  attempts: number;
  /** Who said that nobody wants it. */
  dismissed?: { at: string; by: string; reason: string };
  /** The sender as it is named in it, for who may know it. */
  from?: string;
  subject?: string;
  /** Where it lies with whoever brought it. */
  file?: string;
};

/** What the API answers to something written: where it stands in the ledger. */
export type Written = { id?: string; event?: string; position: number };
/** Where words were found; nobody's, where the customer was erased. */
export type Found = { customer?: Customer; entry: Entry };
