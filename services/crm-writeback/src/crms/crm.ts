import type { Channel, Direction, Instant } from '@throughline/contracts';
import type { z } from 'zod';
import type { Http } from '../outbound/outbound.ts';

/** Somebody by handle (`email:bo@acme.example`) and name, as far as these are known. */
export type Person = { readonly handle?: string; readonly name?: string };

/** What is to be done next. */
export type NextStep = { readonly what?: string; readonly owner?: Person; readonly due?: Instant };

type Referred = {
  /** What the record is known by in the CRM; the same whenever it is written. */
  readonly reference: string;
  /** Where the whole is to be seen. */
  readonly link?: string;
};

/** A session that is over. `body` is plain text. */
export type Activity = Referred & {
  readonly is: 'activity';
  readonly channel: Channel;
  readonly direction: Direction;
  readonly subject: string;
  readonly body: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly outcome?: string;
};

/** What a person wrote down. */
export type Note = Referred & { readonly is: 'note'; readonly body: string; readonly at: Instant };

/** What somebody is to do, or did. */
export type Task = Referred & {
  readonly is: 'task';
  readonly what: string;
  readonly owner: Person;
  readonly due: Instant;
  readonly done?: { readonly at: Instant; readonly outcome?: string };
};

/** What the contact itself is to show. Dates only ever move forward. */
export type ContactFields = Referred & {
  readonly is: 'contact';
  readonly lastContact?: Instant;
  readonly lastMeeting?: Instant;
  /** Null where nothing is to be done. */
  readonly nextStep?: NextStep | null;
};

/** One thing to be written to a CRM. */
export type CrmRecord = Activity | Note | Task | ContactFields;

/** What a CRM knows of a contact. */
export type Context = {
  readonly owner?: Person;
  readonly tier?: string;
  readonly value?: { readonly amount: number; readonly currency?: string };
  readonly renewal?: string;
  readonly deals?: readonly {
    readonly name: string;
    readonly stage?: string;
    readonly amount?: number;
    readonly currency?: string;
    readonly closes?: string;
  }[];
  readonly purchases?: readonly { readonly product: string; readonly at?: string; readonly amount?: number }[];
  readonly loyalty?: { readonly level?: string; readonly points?: number };
};

/** To whom a record is written. Ids are the CRM's. */
export type Addressee = {
  /** The delivery's id: the same whenever this is tried again. */
  readonly delivery: string;
  readonly contact: string;
  /** Other contacts whom it is about. */
  readonly also: readonly string[];
  /** The record's id, where it is there already. */
  readonly remote?: string;
};

/** What came of writing. */
export type Upserted = { readonly made: 'created' | 'updated' | 'unchanged'; readonly remote?: string };

/** One thing that a test of a connection looked at. */
export type Finding = {
  readonly what: string;
  readonly ok: boolean;
  readonly detail?: string;
  /** It is missing, and a test that prepares makes it. */
  readonly canBeMade?: true;
};

/** What a CRM can do, for `GET /v1/crms`. */
export type Capabilities = {
  /** How each record is written, in a word or two. */
  readonly writes: Readonly<Record<CrmRecord['is'], string>>;
  /**
   * What keeps a record from being there twice: the CRM itself, by the reference (`upsert`); we, who look for it before
   * we write (`find`); or who receives it, by the id that repeats (`receiver`).
   */
  readonly once: 'upsert' | 'find' | 'receiver';
  /** How long after a write a search may still not find it, in milliseconds. */
  readonly settlesWithinMs: number;
  /** Most characters of one text; longer ones are shortened, and say so. */
  readonly longestText: number;
  /** Requests a second, and at once, that it is asked at most. */
  readonly perSecond: number;
  readonly atOnce: number;
  /** What it can tell of a contact. */
  readonly tells: readonly (keyof Context)[];
};

/** A CRM that is connected. All calls throw `Fault`. */
export interface CrmSession {
  /** How long after a write a search may still not find it, in milliseconds. */
  readonly settlesWithinMs: number;
  /** Looks whether everything is there that writing needs; with `prepare` makes what is missing, as far as it can. */
  test(prepare: boolean): Promise<readonly Finding[]>;
  /** The contacts that have one of these handles, best handle first: those of the first handle that has any. */
  findContact(handles: readonly string[]): Promise<readonly string[]>;
  /** The id of a record that was written before, by its reference; for an `upsert` CRM nobody needs to ask. */
  findByReference(record: CrmRecord, contact: string): Promise<string | undefined>;
  /** Writes a record, new or known. Repeatable where it is known. Throws a Fault `gone` where the contact is not there. */
  upsert(record: CrmRecord, to: Addressee): Promise<Upserted>;
  /** What it knows of a contact; absent where it was not said how to ask. Throws a Fault `gone` where there is none. */
  readonly readContext?: (contact: string) => Promise<Context>;
}

/** A connection as a CRM needs it: opened, in clear. */
export type Access<Settings> = { readonly secret: string; readonly settings: Settings };

/** A kind of CRM: what it can do, what a connection to it must say, and how it is spoken to. */
export type Crm<Schema extends z.ZodType = z.ZodType> = {
  readonly name: string;
  readonly title: string;
  /** Where it is, if the connection does not say. */
  readonly url?: string;
  readonly can: Capabilities;
  /** What a connection may set beside its URL and its secret. */
  readonly settings: Schema;
  /** What its secret is, for who connects it; and what is wrong with the shape of one, where that can be told. */
  readonly secret: {
    readonly is: string;
    readonly flawOf?: (access: Access<z.output<Schema>>) => string | undefined;
  };
  /** Where people see a record that was written, as far as that follows from its id there. */
  readonly pageOf?: (
    at: { readonly url: string; readonly settings: z.output<Schema> },
    record: CrmRecord['is'],
    remote: string,
  ) => string | undefined;
  /** The headers that a secret becomes. */
  readonly headers: (access: Access<z.output<Schema>>) => Readonly<Record<string, string>>;
  readonly open: (access: Access<z.output<Schema>>, http: Http) => CrmSession;
};

/** Writes a kind of CRM down with the type of its settings inferred. */
export const crm = <Schema extends z.ZodType>(description: Crm<Schema>): Crm<Schema> => description;
