export { relaySettings, topicOf } from './relay.config.ts';
export { Relay, RelayModule, type RelayModuleOptions } from './relay.module.ts';
