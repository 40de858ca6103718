import { Rejection } from '@throughline/decider';
import type { Access, Crm } from '../crms/crm.ts';

/** A CRM that a tenant is connected to; its secret is not part of it. */
export type Connection = {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly crm: string;
  readonly url: string;
  readonly settings: unknown;
  /** It may be on this machine or in a private network, and without TLS. */
  readonly allowPrivate: boolean;
  readonly state: 'active' | 'paused';
  /** Why it is paused: a word for programs, and a sentence. */
  readonly reason?: string;
  readonly detail?: string;
  /** Only what the ledger learnt after this position is written back. */
  readonly since: bigint;
  /** Grows with every change of what it takes to reach the CRM, and when somebody resumes it: it is opened anew then. */
  readonly revision: number;
  readonly createdAt: string;
  readonly changedAt: string;
};

const refused = (pointer: string, reason: string): Rejection =>
  new Rejection('InvalidBody', `${pointer} ${reason}.`, [{ pointer, reason }]);

/** Throws Rejection `InvalidBody` where a secret cannot be one of this kind of CRM, as the connection is set. */
export const fitSecret = (crm: Crm, access: Access<unknown>): void => {
  const flaw = crm.secret.flawOf?.(access);
  if (flaw !== undefined) throw refused('/secret', flaw);
};

/**
 * The URL of a connection in its one spelling: what is given, else where the CRM always is. Throws Rejection `InvalidBody`
 * where it is none that may be asked: no HTTP, with a user in it, or unencrypted on the public internet.
 */
export const urlOf = (given: string | undefined, crm: Pick<Crm, 'url' | 'title'>, allowPrivate: boolean): string => {
  const text = given ?? crm.url;
  if (text === undefined) throw refused('/url', `is needed: ${crm.title} is not at one place`);
  if (!URL.canParse(text)) throw refused('/url', 'is not a URL');
  const { protocol, username, password, search, hash, href } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') throw refused('/url', 'is not of http or https');
  if (protocol === 'http:' && !allowPrivate)
    throw refused('/url', 'is not encrypted: only a connection that may be private goes over http (allowPrivate)');
  if (username !== '' || password !== '') throw refused('/url', 'holds a user or a password: give the secret apart');
  if (search !== '' || hash !== '') throw refused('/url', 'holds a query or a fragment');
  return href.replace(/\/+$/, '');
};
