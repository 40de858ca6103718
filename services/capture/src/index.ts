import { fileURLToPath } from 'node:url';

export { CaptureModule, type CaptureSettings } from './capture.module.ts';
export { captureProblems } from './problems.ts';
export { CaptureReactor } from './capture.reactor.ts';
export { ErasureController } from './erasure/erasure.controller.ts';
export { channelsIn, inboxOf, type InboxOptions, inboxSettings } from './inbox/inbox.config.ts';
export type { Sources } from './sources.ts';

/** The folder of the SQL migrations of schema `capture`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
export { letExpire } from './retention/clock.ts';
