import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exposition } from '@throughline/telemetry';
import type { Log } from './log.ts';
import { CannotStart, httpAt } from './loopback.ts';

/** Where metrics are told. */
export type MetricsOptions = {
  readonly host: string;
  /** 0 takes any free one. Unless given it is 9464, or none where that one is taken: nobody asked for it by name. */
  readonly port?: number | 'off';
};

/** The server of metrics; `url` is absent where there is none. */
export type MetricsServer = { readonly url?: string; readonly close: () => Promise<void> };

/** Prometheus' own number for exporters of OpenTelemetry. */
export const metricsPort = 9464;

const none: MetricsServer = { close: async () => {} };

const metricsOnly = (): Server =>
  createServer((request, response) => {
    const isAsked = request.method === 'GET' && request.url?.split('?', 1)[0] === '/metrics';
    if (!isAsked)
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics.\n');
    exposition().then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  });

/** Tells metrics at `/metrics`. Throws {@link CannotStart} where the port that was asked for is not to be had. */
export const serveMetrics = async ({ host, port }: MetricsOptions, log: Log): Promise<MetricsServer> => {
  if (port === 'off') return none;
  const server = metricsOnly();
  try {
    server.listen(port ?? metricsPort, host);
    await once(server, 'listening');
  } catch (error) {
    if (port !== undefined)
      throw new CannotStart(`Port ${port} on ${host} is in use or not to be had: set METRICS_PORT to another, or to off.`, { cause: error }); // prettier-ignore
    log.info({ port: metricsPort }, 'the port of metrics is in use: there are none until METRICS_PORT names another');
    return none;
  }
  const url = `${httpAt(host, (server.address() as AddressInfo).port)}/metrics`;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url, close };
};
