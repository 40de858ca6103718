/**
 * What an endpoint may need. What is sealed is opened for `open` alone: who may only `read` gets the same without
 * anybody's words, names and addresses, marked `sealed`.
 */
export const rights = {
  read: 'customers, accounts, timelines, briefs, policies, where everything stands',
  open: 'what people said and who they are: in what may be read, in matters, queues, tasks and searches',
  capture: 'brings in what happened on channels, and asks to whom a call goes',
  work: 'notes, tasks and presence; takes, answers and closes matters',
  lead: 'teams, owners, policies and calendars; what others have; links between handles',
  replay: 'every event, from any position',
  operate: "connections, deliveries, quarantine, parked events, rebuilding rows, the ledger's proof, keys, the audit",
  erase: 'erases customers for good, and reads the certificates',
  install: 'tenants, and the first key of each',
} as const;

/** Something that a caller may do. */
export type Right = keyof typeof rights;

/** What each role may. The one table: no right is given anywhere else but in {@link rightsOf}. */
export const roles = {
  reader: ['read', 'open'],
  agent: ['read', 'open', 'work'],
  supervisor: ['read', 'open', 'work', 'lead', 'erase'],
  analyst: ['read', 'replay'],
  operator: ['read', 'operate', 'erase'],
  connector: ['capture'],
} as const satisfies Readonly<Record<string, readonly Right[]>>;

/** What a caller is, as a token or a key says. */
export type Role = keyof typeof roles;

/** The names of the roles. */
export const roleNames = Object.keys(roles) as [Role, ...Role[]];

/** Every right. */
export const allRights = Object.keys(rights) as [Right, ...Right[]];

/** Whether a word from outside is a role. */
export const isRole = (word: unknown): word is Role => roleNames.includes(word as Role);

/** The tenant whose operators look after the installation as well. */
export const homeTenant = 'default';

/** What somebody with these roles may in a tenant. */
export const rightsOf = (held: readonly Role[], tenant: string): ReadonlySet<Right> =>
  new Set<Right>([
    ...held.flatMap((role): readonly Right[] => roles[role]),
    ...(tenant === homeTenant && held.includes('operator') ? (['install'] as const) : []),
  ]);
