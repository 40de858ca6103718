import type { IdentityKey, IdentityState } from './identity.projector.ts';
import type { KnownHandle, KnownLink, LinkState } from './component.ts';

type Result<Row> = { readonly rows: Row[] };

/** Something that runs a statement: a client of `@throughline/postgres`, as a tenant where rows are read for somebody. */
export type Queryable = {
  query: <Row = Record<string, unknown>>(query: {
    name?: string;
    text: string;
    values?: unknown[];
  }) => Promise<Result<Row>>;
};

const handleColumns = `h.handle as id, h.first_position as first, h.is_customer as "isCustomer", h.customer, h.erased, h.position`;
const linkColumns = `l.a, l.b, l.link, l.rule, l.state, l.confidence, l.evidence, l.position`;

type Theirs<Row> = Row & { readonly tenant: string };

const readHandles = async (db: Queryable, keys: readonly IdentityKey[]): Promise<Theirs<KnownHandle>[]> => {
  const { rows } = await db.query<Theirs<KnownHandle>>({
    name: 'identity.handles',
    text: `
      with asked as (select * from unnest($1::text[], $2::uuid[], $3::boolean[]) as asked (tenant, handle, whole)),
      named as (
        select h.*, asked.whole from asked join identity.handle h on h.tenant = asked.tenant and h.handle = asked.handle
      )
      select h.tenant, ${handleColumns} from named h
      union
      select h.tenant, ${handleColumns}
      from (select distinct tenant, customer from named where whole and customer is not null) as customers
      join identity.handle h on h.tenant = customers.tenant and h.customer = customers.customer`,
    values: [keys.map(({ tenant }) => tenant), keys.map(({ handle }) => handle), keys.map(({ whole }) => whole)],
  });
  return rows;
};

const readLinks = async (
  db: Queryable,
  of: readonly { tenant: string; id: string }[],
): Promise<Theirs<KnownLink>[]> => {
  const { rows } = await db.query<Theirs<KnownLink>>({
    name: 'identity.links',
    text: `
      with asked as (select * from unnest($1::text[], $2::uuid[]) as asked (tenant, handle))
      select l.tenant, ${linkColumns} from asked join identity.link l on l.tenant = asked.tenant and l.a = asked.handle
      union
      select l.tenant, ${linkColumns} from asked join identity.link l on l.tenant = asked.tenant and l.b = asked.handle`,
    values: [of.map(({ tenant }) => tenant), of.map(({ id }) => id)],
  });
  return rows;
};

/** Reads what the fold over a batch needs, of all tenants in it (projector role). */
export const readIdentity = async (db: Queryable, keys: readonly IdentityKey[]): Promise<IdentityState> => {
  if (keys.length === 0) return { handles: [], links: [] };
  const handles = await readHandles(db, keys);
  const nameOf = (tenant: string, id: string) => `${tenant} ${id}`;
  const asked = new Set(keys.filter(({ whole }) => whole).map(({ tenant, handle }) => nameOf(tenant, handle)));
  const customers = new Set(
    handles
      .filter(({ tenant, id, customer }) => customer !== null && asked.has(nameOf(tenant, id)))
      .map(({ tenant, customer }) => nameOf(tenant, customer!)),
  );
  const whole = handles.filter(
    ({ tenant, id, customer }) =>
      asked.has(nameOf(tenant, id)) || (customer !== null && customers.has(nameOf(tenant, customer))),
  );
  return { handles, links: whole.length > 0 ? await readLinks(db, whole) : [] };
};

/** The customer that a handle belongs to by now; undefined for a handle that is no customer's. Also where a customer's id leads after a link. */
export const customerOf = async (db: Queryable, tenant: string, handle: string): Promise<string | undefined> =>
  (await customersOf(db, tenant, [handle])).get(handle);

/** The customers that handles belong to by now, by handle. */
export const customersOf = async (
  db: Queryable,
  tenant: string,
  handles: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await db.query<{ handle: string; customer: string }>({
    name: 'identity.customers_of',
    text: `
      select h.handle, h.customer from unnest($2::uuid[]) as asked (handle)
      join identity.handle h on h.tenant = $1 and h.handle = asked.handle
      where h.customer is not null`,
    values: [tenant, handles],
  });
  return new Map(rows.map(({ handle, customer }) => [handle, customer]));
};

/** Of these handles those whose person is erased, and where the ledger says so. */
export const erasedOf = async (
  db: Queryable,
  tenant: string,
  handles: readonly string[],
): Promise<ReadonlyMap<string, bigint>> => {
  const { rows } = await db.query<{ handle: string; position: bigint }>({
    name: 'identity.erased_of',
    text: `
      select h.handle, h.position from (select distinct * from unnest($2::uuid[]) as asked (handle)) as asked
      join identity.handle h on h.tenant = $1 and h.handle = asked.handle
      where h.erased`,
    values: [tenant, handles],
  });
  return new Map(rows.map(({ handle, position }) => [handle, position]));
};

/** A customer's handles, the oldest first; empty where there is no such customer (by now: see {@link customerOf}). */
export const handlesOf = async (db: Queryable, tenant: string, customer: string): Promise<readonly string[]> => {
  const { rows } = await db.query<{ handle: string }>({
    name: 'identity.handles_of',
    text: `
      select handle from identity.handle where tenant = $1 and customer = $2 order by first_position, handle`,
    values: [tenant, customer],
  });
  return rows.map(({ handle }) => handle);
};

/** The handles of many customers at once, by customer. */
export const handlesOfAll = async (
  db: Queryable,
  tenant: string,
  customers: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { rows } = await db.query<{ customer: string; handle: string }>({
    name: 'identity.handles_of_all',
    text: 'select customer, handle from identity.handle where tenant = $1 and customer = any($2::uuid[])',
    values: [tenant, customers],
  });
  const by = Map.groupBy(rows, ({ customer }) => customer);
  return new Map(Array.from(by, ([customer, theirs]) => [customer, theirs.map(({ handle }) => handle)]));
};

/** The links at a customer's handles, in every state: those that join them, and those that are proposed, held or retracted. */
export const linksOf = async (db: Queryable, tenant: string, customer: string): Promise<readonly KnownLink[]> => {
  const { rows } = await db.query<KnownLink>({
    name: 'identity.links_of',
    text: `
      with theirs as (select handle from identity.handle where tenant = $1 and customer = $2)
      select ${linkColumns} from theirs join identity.link l on l.tenant = $1 and l.a = theirs.handle
      union
      select ${linkColumns} from theirs join identity.link l on l.tenant = $1 and l.b = theirs.handle
      order by position, link`,
    values: [tenant, customer],
  });
  return rows;
};

/**
 * The links that make the customer of each of these handles what it is: those that join its handles, those that were
 * retracted there, and those of the customers from which it was parted so.
 */
export const linksAround = async (
  db: Queryable,
  tenant: string,
  handles: readonly string[],
): Promise<ReadonlyMap<string, readonly KnownLink[]>> => {
  const { rows } = await db.query<KnownLink & { asked: string }>({
    name: 'identity.links_around',
    text: `
      with own as (
        select asked.id as asked, asked.id as handle from unnest($2::uuid[]) as asked (id)
        union
        select asked.id, h.handle from unnest($2::uuid[]) as asked (id)
        join identity.handle one on one.tenant = $1 and one.handle = asked.id
        join identity.handle h on h.tenant = $1 and h.customer = one.customer
      ),
      parted as (
        select own.asked, l.b as handle from own
        join identity.link l on l.tenant = $1 and l.a = own.handle and l.state = 'retracted'
        union
        select own.asked, l.a from own
        join identity.link l on l.tenant = $1 and l.b = own.handle and l.state = 'retracted'
      ),
      around as (
        select * from own
        union
        select * from parted
        union
        select parted.asked, h.handle from parted
        join identity.handle one on one.tenant = $1 and one.handle = parted.handle
        join identity.handle h on h.tenant = $1 and h.customer = one.customer
      )
      select around.asked, ${linkColumns} from around
      join identity.link l on l.tenant = $1 and l.a = around.handle and l.state in ('active', 'retracted')
      union
      select around.asked, ${linkColumns} from around
      join identity.link l on l.tenant = $1 and l.b = around.handle and l.state in ('active', 'retracted')`,
    values: [tenant, handles],
  });
  return Map.groupBy(rows, ({ asked }) => asked);
};

/** One link by its id. */
export const linkOf = async (db: Queryable, tenant: string, link: string): Promise<KnownLink | undefined> => {
  const { rows } = await db.query<KnownLink>({
    name: 'identity.link_of',
    text: `select ${linkColumns} from identity.link l where l.tenant = $1 and l.link = $2`,
    values: [tenant, link],
  });
  return rows[0];
};

/** Where a page ended: what the next one comes after. */
export type After = { readonly position: bigint; readonly id: string };

const start: After = { position: 0n, id: '00000000-0000-0000-0000-000000000000' };

/** A tenant's customers by the age of their oldest handle, `limit` at most. */
export const customersAfter = async (
  db: Queryable,
  tenant: string,
  { after = start, limit }: { after?: After; limit: number },
): Promise<readonly After[]> => {
  const { rows } = await db.query<After>({
    name: 'identity.customers_after',
    text: `
      select first_position as position, handle as id from identity.handle
      where tenant = $1 and customer = handle and (first_position, handle) > ($2, $3)
      order by first_position, handle limit $4`,
    values: [tenant, after.position, after.id, limit],
  });
  return rows;
};

/** A tenant's links that wait for a person, oldest first: `proposed` ones, or `held` ones at customers that stopped growing. */
export const linksAfter = async (
  db: Queryable,
  tenant: string,
  state: Extract<LinkState, 'proposed' | 'held'>,
  { after = start, limit }: { after?: After; limit: number },
): Promise<readonly KnownLink[]> => {
  const { rows } = await db.query<KnownLink>({
    name: 'identity.links_after',
    text: `
      select ${linkColumns} from identity.link l
      where l.tenant = $1 and l.state = $2 and (l.position, l.link) > ($3, $4)
      order by l.position, l.link limit $5`,
    values: [tenant, state, after.position, after.id, limit],
  });
  return rows;
};
