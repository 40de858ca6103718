import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { importsOf, type Manifest, violations } from './boundaries.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const find = (...patterns: string[]): string[] => globSync(patterns, { cwd: root }).toSorted();

const manifest = (owner: string, ...dependencies: string[]): Manifest => ({
  name: `@throughline/${owner}`,
  dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
});

/** What must fail, each with the words that say why. */
const fixtures: { breaks: string; path: string; text: string; declared?: string[]; because: string }[] = [
  {
    breaks: 'a lib that imports a service',
    path: 'libs/ledger/src/ledger.ts',
    text: `import { capture } from '@throughline/capture';`,
    because: 'ledger may not import capture',
  },
  {
    breaks: 'a service that imports a service',
    path: 'services/timeline/src/entry/entry.query.ts',
    text: `import {\n  owner,\n} from '@throughline/routing';`,
    because: 'timeline may not import routing',
  },
  {
    breaks: 'an import against the direction, of a type',
    path: 'libs/contracts/src/ids.ts',
    text: `import type { Ledger } from '@throughline/ledger';`,
    because: 'contracts may not import ledger',
  },
  {
    breaks: 'an import against the direction, when called',
    path: 'libs/decider/src/decider.ts',
    text: `const it = await import('@throughline/contracts');`,
    because: 'decider may not import contracts',
  },
  {
    breaks: 'Nest in contracts',
    path: 'libs/contracts/src/ids.ts',
    text: `import { Injectable } from '@nestjs/common';`,
    declared: ['@nestjs/common'],
    because: 'contracts has no effects',
  },
  {
    breaks: 'pg in decider',
    path: 'libs/decider/src/decider.ts',
    text: `export { Pool } from 'pg';`,
    declared: ['pg'],
    because: 'decider has no effects',
  },
  {
    breaks: 'anything at all in decider',
    path: 'libs/decider/src/decider.ts',
    text: `import { randomUUID } from 'node:crypto';`,
    because: 'decider imports nothing',
  },
  {
    breaks: 'testing outside a spec',
    path: 'libs/feed/src/feed.ts',
    text: `import { postgres } from '@throughline/testing';`,
    because: 'feed may not import testing',
  },
  {
    breaks: 'a way round the entry of a package',
    path: 'services/capture/src/capture.ts',
    text: `import { lane } from '@throughline/ledger/src/lane.ts';`,
    because: 'is not an entry of its package',
  },
  {
    breaks: 'a way round the packages',
    path: 'services/capture/src/capture.ts',
    text: `import { lane } from '../../../libs/ledger/src/lane.ts';`,
    because: 'leaves its package',
  },
  {
    breaks: 'what is for specs, in what is not one',
    path: 'libs/feed/src/index.ts',
    text: `export { conformance } from './conformance.ts';`,
    because: 'is for specs',
  },
  {
    breaks: 'what only another package depends on',
    path: 'services/capture/src/capture.ts',
    text: `import 'pino';`,
    because: 'is not among the dependencies of capture',
  },
  {
    breaks: 'a file that grew too long',
    path: 'services/capture/src/capture.ts',
    text: '\n'.repeat(251),
    because: '251 lines, more than 250',
  },
];

describe('the directions of the house', () => {
  it('are kept by every file and every manifest', () => {
    const paths = find('{libs,services}/*/{src,test}/**/*.{ts,tsx}');
    const files = paths.map((path) => ({ path, text: read(path) }));
    const manifests = find('{libs,services}/*/package.json').map((path) => JSON.parse(read(path)) as Manifest);
    expect(files.length).toBeGreaterThan(0);
    expect(violations(files, manifests)).toEqual([]);
  });

  it.each(fixtures)('are broken by $breaks', ({ path, text, declared = [], because }) => {
    const [broken, ...more] = violations([{ path, text }], [manifest(path.split('/')[1] ?? '', ...declared)]);
    expect(broken).toContain(because);
    expect(more).toEqual([]);
  });

  it('are broken by a dependency that no file uses yet', () => {
    expect(violations([], [manifest('identity', '@throughline/ledger')])).toEqual([
      '@throughline/identity: may not depend on @throughline/ledger',
    ]);
  });

  it('are broken by a package that nobody placed', () => {
    expect(violations([], [manifest('helpers')])).toEqual([
      '@throughline/helpers: is not in the table of tools/boundaries.ts',
    ]);
  });

  it('let a spec import testing, and a package what its dependencies may', () => {
    const files = [
      { path: 'libs/feed/src/tail.spec.ts', text: `import { postgres } from '@throughline/testing';` },
      { path: 'services/capture/src/capture.ts', text: `import { id } from '@throughline/contracts';` },
    ];
    expect(violations(files, [manifest('capture', '@throughline/contracts'), manifest('feed')])).toEqual([]);
  });
});

describe('the imports of a text', () => {
  it('are found in every form, and not in comments', () => {
    const text = `
      import a from 'a';
      import { type B,
        c } from "b";
      export * from 'c';
      import 'd';
      const e = () => import('e');
      // import f from 'f';
      /* import g from 'g'; */
      const h = "import i from 'i'";
    `;
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
