import { kafkaDriver } from '@throughline/feed';
import { serve } from '@throughline/service';
import { Relay, RelayModule, relaySettings, topicOf } from './index.ts';

serve({
  name: 'relay',
  withoutFeed: true,
  settings: relaySettings,
  modules: (sources, settings) => {
    const topic = topicOf(settings);
    const kafka = kafkaDriver({ brokers: settings.KAFKA_BROKERS, clientId: 'throughline-relay' });
    return [RelayModule.of({ ...sources, kafka, topic })];
  },
  problems: {},
  ready: (booted) => ({ relay: async () => booted().app.get(Relay).requireWell() }),
});
