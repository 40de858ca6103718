import type { Crm } from './crms/crm.ts';

export type { Sources } from '@throughline/service';

/** How it works; all of it has a default. */
export type Settings = {
  /** The kinds of CRM that there are, by name. */
  readonly crms: ReadonlyMap<string, Crm>;
  /** Where the console is reached, for links back to a conversation: `https://throughline.example`. */
  readonly publicUrl?: string;
  /** How long a request to a CRM may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a contact is in one worker's hands unless it says that it is alive, in milliseconds. */
  readonly leaseMs: number;
  /** How long an idle worker waits before it looks by itself, in milliseconds. */
  readonly pollMs: number;
  /** After so many failures in a row a delivery is parked. */
  readonly mostFailures: number;
  /** How long what a CRM knows counts as fresh, in milliseconds. */
  readonly freshForMs: number;
};

/** Under this Nest injects the {@link Sources}. */
export const sources = Symbol('crm-writeback.sources');
/** Under this Nest injects the {@link Settings}. */
export const settings = Symbol('crm-writeback.settings');
