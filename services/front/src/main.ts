/** One HTTP address before the services of a fleet; where each of them is comes from the environment. */
import { environment, logger, runProcess, settings } from '@throughline/host';
import { CannotStart } from '@throughline/host';
import { z } from 'zod';
import { startFront } from './front.ts';
import type { Service } from './paths.ts';

const urls = z
  .string()
  .transform((text) => text.split(','))
  .refine(
    (all) => all.every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)),
    'is not a list of URLs such as http://one:3000,http://two:3000',
  );
const { HTTP_HOST, HTTP_PORT, LOG_LEVEL } = environment;
const wanted = settings(
  z.object({
    HTTP_HOST,
    HTTP_PORT,
    LOG_LEVEL,
    AUTH: z.enum(['off', 'on']).default('off'),
    CAPTURE_URL: urls,
    ROUTING_URL: urls,
    TIMELINE_URL: urls,
    CRM_WRITEBACK_URL: urls,
  }),
);
const upstreams: Readonly<Record<Service, readonly string[]>> = {
  capture: wanted.CAPTURE_URL,
  routing: wanted.ROUTING_URL,
  timeline: wanted.TIMELINE_URL,
  'crm-writeback': wanted.CRM_WRITEBACK_URL,
};

const start = async (): Promise<() => Promise<void>> => {
  const { url, close } = await startFront({
    host: wanted.HTTP_HOST,
    port: wanted.HTTP_PORT,
    hasAuth: wanted.AUTH === 'on',
    log: logger('front', wanted.LOG_LEVEL),
    upstreams: (service) => upstreams[service],
  });
  process.stdout.write(`front is ready at ${url}\n`);
  return close;
};

runProcess('front', start, [CannotStart]);
