/** The stream that an event goes to (docs/events.md has the table). A tenant's streams are its own. */
export const streamOf = {
  conversation: (id: string): string => `conversation-${id}`,
  handle: (id: string): string => `handle-${id}`,
  account: (id: string): string => `account-${id}`,
  task: (id: string): string => `task-${id}`,
  matter: (id: string): string => `matter-${id}`,
  team: (name: string): string => `team-${name}`,
  agent: (handle: string): string => `agent-${handle}`,
  /** What a tenant wants of one of the nouns. */
  policy: (noun: 'matter' | 'promise' | 'retention' | 'session'): string => `policy-${noun}`,
  /** What expired of a quarter. */
  expired: (quarter: string): string => `expired-${quarter}`,
  /** A business calendar. */
  calendar: (name: string): string => `calendar-${name}`,
  delivery: (id: string): string => `delivery-${id}`,
  /** What a CRM knows of a handle. */
  context: (connection: string, handle: string): string => `connection-${connection}-${handle}`,
} as const;
