import { kafkaDriver } from '@throughline/feed';
import { kafkaOf } from '@throughline/host';
import { serve } from '@throughline/service';
import { Relay, RelayModule, relaySettings, topicOf } from './index.ts';

serve({
  name: 'relay',
  withoutFeed: true,
  settings: relaySettings,
  modules: (sources, settings) => {
    const topic = topicOf(settings);
    const kafka = kafkaDriver({ ...kafkaOf(settings)!, clientId: 'throughline-relay' });
    return [RelayModule.of({ ...sources, kafka, topic })];
  },
  problems: {},
  ready: (booted) => ({ relay: async () => booted().app.get(Relay).requireWell() }),
});
