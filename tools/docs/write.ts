import { writeFile } from 'node:fs/promises';
import { asyncApi } from './asyncapi/document.ts';
import { eventsPage } from './events.ts';
import { ingress } from './ingress.ts';
import { metricsPage } from './metrics.ts';

await writeFile(new URL('../../docs/events.md', import.meta.url), await eventsPage());
await writeFile(new URL('../../docs/metrics.md', import.meta.url), await metricsPage());
await writeFile(new URL('../../services/timeline/src/asyncapi/asyncapi.json', import.meta.url), await asyncApi());
await writeFile(new URL('../../deploy/ingress.yaml', import.meta.url), ingress());
