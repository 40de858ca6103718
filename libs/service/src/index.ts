export { authOf, migrations } from './access/access.ts';
export { readinessOf } from './readiness.ts';
export { auditsOf, type Audited, beginAudit, type Opening } from './access/audit.ts';
export { addKey, type ApiKey, type KeyDraft, keyFinder, listKeys, revokeKey } from './access/key.ts';
export { type Beside, beside } from './beside.ts';
export { builtPage } from './page.ts';
export { type Installation, openInstallation } from './installation.ts';
export { mendable, openSources, type Opened, type OpenOptions, type Sources } from './sources.ts';
export { type Service, serve } from './serve.ts';
