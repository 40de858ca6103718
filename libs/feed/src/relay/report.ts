/** Something of a relay that an operator may want to read in a log. */
export type RelayNews =
  /** It relays from here on; its records bear this term. */
  | { readonly is: 'leading'; readonly term: number }
  /** It relays no longer: somebody else might. */
  | { readonly is: 'lost'; readonly term: number }
  /** The broker or the database refuses; it is tried again by itself. */
  | { readonly is: 'retrying'; readonly error: Error; readonly attempt: number; readonly waitMs: number }
  /** What it tried again succeeded. */
  | { readonly is: 'recovered' };

/**
 * `standing by` while another relay has the lease; `failing` while the broker or the database refuses (it goes on by
 * itself).
 */
export type RelayState = 'standing by' | 'relaying' | 'failing' | 'stopped';

/** Keeps what is to be known of one relay, and tells the news. */
export const relayReport = (onNews: (news: RelayNews) => void = () => {}) => {
  const counts = { relayed: 0, stubs: 0, retries: 0 };
  let duty: 'standing by' | 'relaying' | 'stopped' = 'standing by';
  let lastError: Error | undefined;

  // Who listens is no reason to fail.
  const tell = (news: RelayNews) => {
    try {
      onNews(news);
    } catch {}
  };

  return {
    counts: counts as Readonly<typeof counts>,
    state: (): RelayState => (lastError && duty !== 'stopped' ? 'failing' : duty),
    lastError: () => lastError,
    failed: (error: Error, attempt: number, waitMs: number) => {
      counts.retries += 1;
      lastError = error;
      tell({ is: 'retrying', error, attempt, waitMs });
    },
    worked: () => {
      if (lastError) tell({ is: 'recovered' });
      lastError = undefined;
    },
    leading: (term: number) => {
      duty = 'relaying';
      tell({ is: 'leading', term });
    },
    lost: (term: number) => {
      duty = 'standing by';
      tell({ is: 'lost', term });
    },
    moved: (events: number, stubs: number) => {
      counts.relayed += events;
      counts.stubs += stubs;
    },
    stopped: () => {
      duty = 'stopped';
    },
  };
};
