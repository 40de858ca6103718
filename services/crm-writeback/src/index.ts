import { fileURLToPath } from 'node:url';

export { CrmWritebackModule, type CrmWritebackOptions } from './crm-writeback.module.ts';
export { crms } from './crms/index.ts';
export { crmWritebackProblems } from './problems.ts';
export type { Settings, Sources } from './sources.ts';
export { Workers } from './workers.ts';

/** The folder of the SQL migrations of schema `writeback`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
