/** The stream that an event goes to (docs/events.md has the table). A tenant's streams are its own. */
export const streamOf = {
  conversation: (id: string): string => `conversation-${id}`,
  handle: (id: string): string => `handle-${id}`,
  account: (id: string): string => `account-${id}`,
  task: (id: string): string => `task-${id}`,
  delivery: (id: string): string => `delivery-${id}`,
  /** What a CRM knows of a handle. */
  context: (connection: string, handle: string): string => `connection-${connection}-${handle}`,
} as const;
