import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import vm from 'node:vm';
import { jestFlags, node24 } from './tools/node24.js';
import { swcOptions } from './tools/swc.js';

// Tests are ES modules, for which Node wants a flag: `npx jest libs/ledger` and an editor's runner need not know it.
if (!('SourceTextModule' in vm)) {
  const { status } = spawnSync(node24, [...jestFlags, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.tsx?$': ['@swc/jest', swcOptions] },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  globalSetup: '<rootDir>/libs/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.ts',
  // Long enough for a machine that does other things as well; what hangs is found all the same.
  testTimeout: 60_000,
  // More than processors: many a spec waits for processes of its own.
  maxWorkers: Math.min(8, availableParallelism() + 2),
  runtime: '<rootDir>/tools/runtime.js',
  testSequencer: '<rootDir>/tools/order.js',
  // What a module graph loaded anew for each file leaves behind is given back.
  workerIdleMemoryLimit: '1GB',
};
