/** A clock that stands until it is moved. */
export interface Clock {
  /** The instant it shows: RFC 3339 in UTC, to the millisecond. */
  now: () => string;
  /** Moves it by so many milliseconds; backwards where negative. Answers with the new instant. */
  advance: (milliseconds: number) => string;
}

/** A clock that shows `start` (RFC 3339). */
export function clock(start: string): Clock {
  let at = Date.parse(start);
  if (Number.isNaN(at)) throw new RangeError(`${start} is not an instant`);
  const now = () => new Date(at).toISOString();
  return {
    now,
    advance: (milliseconds) => {
      at += milliseconds;
      return now();
    },
  };
}
