import type { Crm } from './crm.ts';
import { customermates } from './customermates.ts';
import { http } from './http.ts';
import { hubspot } from './hubspot.ts';

/** Every kind of CRM, by its name. */
export const crms: ReadonlyMap<string, Crm> = new Map(
  [hubspot, customermates, http].map((one) => [one.name, one as Crm]),
);
