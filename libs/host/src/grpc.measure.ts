import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { isTracing, record, type Serving, serving } from '@throughline/telemetry';

const faults: ReadonlySet<number> = new Set([status.UNKNOWN, status.INTERNAL, status.UNAVAILABLE, status.DATA_LOSS]);

/** Measures every call of a method that is served, and traces it where this process traces. */
export const measureCall: ServerInterceptor = ({ path }, call) => {
  const method = path.slice(1);
  const began = performance.now();
  let served: Serving | undefined;
  let isOver = false;
  const within = (work: () => void): void => (served ? served.within(work) : work());
  const end = (code: number): void => {
    if (isOver) return;
    isOver = true;
    const labels = { method, status: status[code] ?? 'UNKNOWN' };
    record('throughline_grpc_call_duration_seconds', (performance.now() - began) / 1_000, labels);
    served?.end({ 'rpc.response.status_code': labels.status }, faults.has(code));
  };
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: (metadata, go) => {
          const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': method };
          if (isTracing()) served = serving(method, attributes, metadata.getMap());
          within(() => go(metadata));
        },
        onReceiveMessage: (message, go) => within(() => go(message)),
        onReceiveHalfClose: (go) => within(go),
        onCancel: () => end(status.CANCELLED),
      }),
    sendStatus: (sent, next) => {
      end(sent.code ?? status.UNKNOWN);
      next(sent);
    },
  });
};
