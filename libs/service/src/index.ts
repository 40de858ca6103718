export { type Installation, openInstallation } from './installation.ts';
export { mendable, openSources, type Opened, type OpenOptions, type Sources } from './sources.ts';
export { type Service, serve } from './serve.ts';
