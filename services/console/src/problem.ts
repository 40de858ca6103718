/** The server said no: an RFC 9457 problem. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail?: string,
    readonly faults: readonly Fault[] = [],
    /** What it is called among programs, such as `MatterClosed`. */
    readonly code?: string,
  ) {
    super(detail ?? title);
  }
}

/** What is wrong with a field of what was sent; `pointer` as in `/nextStep/due`. */
export type Fault = { readonly pointer: string; readonly reason: string };
