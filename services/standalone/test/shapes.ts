/** What the specs read of the answers; the services hold their answers to whole schemas in specs of their own. */
export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

export type Party = { readonly id: string; readonly handle?: string; readonly name?: string };

export type Customer = {
  readonly id: string;
  readonly name?: string;
  readonly handles: readonly Party[];
  readonly accounts: readonly { readonly id: string; readonly key?: string; readonly name?: string }[];
  readonly owner: Party | null;
  readonly entries: number;
  readonly links?: readonly { readonly id: string; readonly rule: string; readonly state: string }[];
};

export type Entry = {
  readonly id: string;
  readonly position: number;
  readonly occurredAt: string;
  readonly type: string;
  readonly channel?: string;
  readonly direction?: string;
  readonly kind?: string;
  readonly conversation?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly participants: readonly Party[];
  readonly note?: { readonly decided?: string };
  readonly task?: { readonly id: string; readonly what?: string; readonly done?: { readonly outcome?: string } };
  readonly owner?: Party | null;
  readonly matter?: { readonly from?: Party; readonly because?: string };
};

export type Answered = {
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly reason?: string;
  readonly events: readonly string[];
};

const questions = ['lastTalkedAbout', 'responsible', 'nextStep', 'happened'] as const;
export type Brief = Readonly<Record<(typeof questions)[number] | 'crm', Answered>> & {
  readonly customer: Customer;
  readonly position: number;
  readonly now: readonly { readonly conversation: string; readonly channel: string }[];
};

/** The four answers of a brief. */
export const answersOf = (brief: Brief): Answered[] => questions.map((question) => brief[question]);

/** What a write answers. */
export type Written = { readonly id: string; readonly event: string; readonly position: number };
