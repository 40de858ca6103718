import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of a page as it was built; undefined where it was not: an installation without it serves the API alone. */
export const builtPage = (at: URL): string | undefined => {
  const folder = fileURLToPath(at);
  return existsSync(folder) ? folder : undefined;
};
