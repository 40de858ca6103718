import { linksAround } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { type Assigned, type Responsible, responsibleAmong, responsibleSince } from './responsible.ts';

/** Whose matter it is: a customer's, by one of its handles, and an account's. */
export type Whose = { readonly subject: string; readonly account?: string | null };

/** Answers who is responsible for each that was asked about. */
export type ResponsibleFor = (one: Whose) => Responsible | undefined;

const subjectsOf = (whose: readonly Whose[]): string[] => [...new Set(whose.map(({ subject }) => subject))];
const accountsOf = (whose: readonly Whose[]): string[] => [...new Set(whose.flatMap(({ account }) => account ?? []))];

const columns = `split_part(o."of", '.', 1) as "of", o.subject, o.owner as agent, o.position, o.event`;

type AskedRow = Assigned & { readonly asked: string };

/** Who is responsible for each by now, since they were assigned. */
export const responsibleFor = async (db: Client, tenant: string, whose: readonly Whose[]): Promise<ResponsibleFor> => {
  if (whose.length === 0) return () => undefined;
  const { rows } = await db.query<AskedRow>({
    name: 'routing.owners',
    text: `with handles as (
        select asked.id as asked, asked.id as handle from unnest($2::uuid[]) as asked (id)
        union
        select asked.id, h.handle from unnest($2::uuid[]) as asked (id)
        join identity.handle own on own.tenant = $1 and own.handle = asked.id
        join identity.handle h on h.tenant = $1 and h.customer = own.customer
      )
      select handles.asked, ${columns} from handles
      join routing.owner o on o.tenant = $1 and o.subject = handles.handle and o."of" <> 'account'
      union all
      select o.subject, ${columns} from unnest($3::uuid[]) as accounts (id)
      join routing.owner o on o.tenant = $1 and o."of" = 'account' and o.subject = accounts.id`,
    values: [tenant, subjectsOf(whose), accountsOf(whose)],
  });
  const said = Map.groupBy(rows, ({ asked, of }) => `${of === 'account' ? of : 'customer'} ${asked}`);
  return ({ subject, account }) =>
    responsibleAmong([...(said.get(`customer ${subject}`) ?? []), ...(said.get(`account ${account}`) ?? [])]);
};

const saidOf = async (
  db: Client,
  tenant: string,
  handles: readonly string[],
  accounts: readonly string[],
): Promise<Assigned[]> => {
  const { rows } = await db.query<Assigned>({
    name: 'routing.owners_said',
    text: `select ${columns} from routing.owner o where o.tenant = $1
      and (o.subject = any($2::uuid[]) and o."of" <> 'account' or o.subject = any($3::uuid[]) and o."of" = 'account')`,
    values: [tenant, handles, accounts],
  });
  return rows;
};

/** The same, since they were assigned or since a link made it so: what was decided before that did not know it. */
export const responsibleSinceFor = async (
  db: Client,
  tenant: string,
  whose: readonly Whose[],
): Promise<ResponsibleFor> => {
  if (whose.length === 0) return () => undefined;
  const around = await linksAround(db, tenant, subjectsOf(whose));
  const ends = [...around.values()].flat().flatMap(({ a, b }) => [a, b]);
  const said = await saidOf(db, tenant, [...new Set([...subjectsOf(whose), ...ends])], accountsOf(whose));
  return ({ subject, account }) => {
    const links = (around.get(subject) ?? []).map(({ state, ...link }) => ({ ...link, joins: state === 'active' }));
    return responsibleSince(
      subject,
      links,
      said.filter((one) => one.of !== 'account' || one.subject === account),
    );
  };
};
