import { visitQuery } from '../route.ts';

/**
 * Changes what is looked at; going back undoes it. Who takes filters away stays with the entry that they led to, and sees
 * what happened around it; others begin at the top.
 */
export const setFilter = (parts: Readonly<Record<string, string | undefined>>): void => {
  const onlyTakesAway = Object.values(parts).every((value) => !value);
  visitQuery(onlyTakesAway ? parts : { ...parts, at: undefined, on: undefined });
};
