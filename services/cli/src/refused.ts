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
    /** Which pointer leads to the option or argument, where it is another one than of what was sent. */
    readonly typed: Readonly<Record<string, string>> = {},
  ) {
    super(problemInWords(status, problem));
  }

  /** Whether it is for what somebody typed: a handle without a namespace, a name with a space, say. */
  get isUsage(): boolean {
    return this.status === 400 || isOfInput(this.problem.code);
  }

  /** Whether it is for this part of what was sent. */
  isAbout(pointer: string): boolean {
    return this.problem.errors?.some((fault) => fault.pointer === pointer) === true;
  }
}

/** What was asked for; nothing where it was refused with one of these statuses. */
export const unlessRefused = async <T>(asked: Promise<T>, ...statuses: readonly number[]): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused && statuses.includes(error.status)) return undefined;
    throw error;
  }
};

/**
 * A problem for people: what happened, then what is wrong with each part, by the name that `nameOf` gives it. Nothing is
 * said twice: a title says less than the detail, the detail often names the first fault, and of one part it says more than
 * the reason does.
 */
export const problemInWords = (
  status: number,
  { code, title, detail, errors = [] }: Problem,
  nameOf = (pointer: string): string => pointer || 'it',
): string => {
  const isSaid = !detail || detail === code || errors.some(({ reason }) => detail.includes(reason));
  // That a body or a query is not as it must be says nothing beside what is wrong with it.
  const isGeneral = errors.length > 0 && isOfInput(code);
  const [first, ...others] = errors;
  if (first && others.length === 0) {
    if (isSaid && isGeneral) return `${nameOf(first.pointer)} ${first.reason}`;
    if (!isSaid) return first.pointer ? `${nameOf(first.pointer)}: ${detail}` : detail;
  }
  const general = isGeneral ? 'these are not as they must be' : (title ?? `HTTP ${status}`);
  const hint = status === 401 ? ['give a token in THROUGHLINE_TOKEN, or an API key in THROUGHLINE_KEY'] : [];
  const faults = errors.map(({ pointer, reason }) => `${nameOf(pointer)} ${reason}`);
  const saidFirst = isSaid ? `${general}${faults.length > 0 ? ':' : ''}` : detail;
  return [saidFirst, ...[...hint, ...faults].map((line) => `  ${line}`)].join('\n');
};

const isOfInput = (code = ''): boolean => /^Invalid|Invalid$/.test(code);
