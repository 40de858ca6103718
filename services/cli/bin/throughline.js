#!/usr/bin/env node
// Runs the command line on Node 24, whatever the machine's own is: as built where the build is fresh, else from source.
import { fileURLToPath } from 'node:url';
import { become, fromSource } from '../../../tools/node24.js';

const [, , ...args] = process.argv;

if (Number(process.versions.node.split('.')[0]) < 24) {
  become([fileURLToPath(import.meta.url), ...args]);
} else {
  const { isBuilt } = await import('../../../tools/built.js');
  if (isBuilt()) await import(new URL('../dist/main.js', import.meta.url).href);
  else become([...fromSource, fileURLToPath(new URL('../src/main.ts', import.meta.url)), ...args]);
}
