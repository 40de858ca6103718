/** RFC 3339 without the zeros that a database fills the fraction up with. */
export const plainInstant = (at: string): string =>
  at.replace(/\.(\d*?)0*Z$/, (_, fraction: string) => (fraction ? `.${fraction}Z` : 'Z'));
