/** How long to wait after so many failures in a row: doubling from half a second to ten minutes, half of it by chance. */
export const backoffOf = (failures: number, random: () => number): number => {
  const longest = Math.min(500 * 2 ** (Math.max(failures, 1) - 1), 600_000);
  return longest / 2 + (longest / 2) * random();
};
