/** What a drill is given. */
export type Setting = {
  /** An empty database by its roles. */
  readonly urls: { readonly owner: string; readonly service: string; readonly projector: string };
  /** About how long conversations come in and processes are killed. */
  readonly minutes: number;
  readonly conversations: number;
  /** Hears how it goes. */
  readonly tell?: (line: string) => void;
};

/** With the server itself, to be struck. */
export type OnServer = Setting & {
  readonly server: {
    readonly superuser: string;
    /** Stops it at once, as a power cut does, and starts it again. */
    readonly restart: () => Promise<void>;
  };
};

/** What came of a drill; each number beside `acked` and `stored` that is more than 0 is a fault. */
export type Found = {
  /** What was acknowledged to whoever asked for it, and how much of that became what it was to become. */
  readonly acked: number;
  readonly stored: number;
  /** What became of it not at all, and what came of it more than once. */
  readonly lost: number;
  readonly doubled: number;
  /** Positions of the ledger that are missing. */
  readonly holes: number;
} & Readonly<Record<string, number>>;

/** A verdict: faults that must be none, and what merely tells how it went. */
export type Verdict = { readonly faults: Found; readonly beside: Readonly<Record<string, unknown>> };

export type Drill = (setting: Setting) => Promise<Verdict>;

/** Whether a drill found nothing wrong. */
export const isClean = ({ faults: { acked, stored, ...others } }: Verdict): boolean =>
  acked > 0 && acked === stored && Object.values(others).every((count) => count === 0);
