/** A problem detail (RFC 9457), as the server answers it. */
export type Problem = {
  readonly type?: string;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly Fault[];
};

/** What is wrong with a part of what was sent; the reason follows the part's name: `/due` `is missing`. */
export type Fault = { readonly pointer: string; readonly reason: string };

/** The server said no. The message names what was sent by its pointers. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problemInWords(status, problem));
  }

  /** Whether it is for what somebody typed: a handle without a namespace, a name with a space, say. */
  get isUsage(): boolean {
    return this.status === 400 || /^Invalid|Invalid$/.test(this.problem.code ?? '');
  }
}

/**
 * A problem for people: what happened, then what is wrong with each part, by the name that `nameOf` gives it. Nothing is
 * said twice: a title says less than the detail, and the detail often names the first fault, which is listed as well.
 */
export const problemInWords = (
  status: number,
  { code, title, detail, errors = [] }: Problem,
  nameOf = (pointer: string): string => pointer || 'it',
): string => {
  const faults = errors.map(({ pointer, reason }) => `${nameOf(pointer)} ${reason}`);
  const isSaid = !detail || detail === code || errors.some(({ reason }) => detail.includes(reason));
  const head = isSaid ? headOf(code, title, faults.length) : detail;
  const hint = status === 401 ? ['give a token in THROUGHLINE_TOKEN, or an API key in THROUGHLINE_KEY'] : [];
  const [only] = faults;
  if (!head && only && faults.length === 1) return only;
  return [head || `HTTP ${status}`, ...[...hint, ...faults].map((line) => `  ${line}`)].join('\n');
};

// That a body or a query is not as it must be says nothing beside what is wrong with it.
const headOf = (code: string | undefined, title: string | undefined, faults: number): string | undefined => {
  if (faults === 0 || !/^Invalid|Invalid$/.test(code ?? '')) return title;
  return faults === 1 ? undefined : 'these are not as they must be:';
};
