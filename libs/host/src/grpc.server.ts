import { Server, ServerCredentials, type ServiceDefinition, setLogger } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { ServerGrpc } from '@nestjs/microservices';
import { HealthImplementation, protoPath } from 'grpc-health-check';
import type { Tls } from './auth/tls.ts';
import { measureCall } from './grpc.measure.ts';
import { endsWith } from './grpc.streams.ts';
import type { Log } from './log.ts';
import { bracketed, CannotStart } from './loopback.ts';
import { bodyLimit } from './requests.ts';

/** Generated service definitions by their full names: `{ 'throughline.capture.v1.CaptureService': CaptureServiceService }`. */
export type GrpcServices = Readonly<Record<string, ServiceDefinition>>;

/** Where and what a gRPC server serves. */
export type GrpcOptions = {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly services: GrpcServices;
  readonly tls?: Tls;
  /** A serialised FileDescriptorSet (`@throughline/contracts/gen/descriptors`) for reflection; without it there is none. */
  readonly reflection?: Uint8Array;
};

const credentialsOf = (tls: Tls | undefined): ServerCredentials =>
  tls
    ? ServerCredentials.createSsl(
        tls.clientCa ?? null,
        [{ cert_chain: tls.cert, private_key: tls.key }],
        tls.clientCa !== undefined,
      )
    : ServerCredentials.createInsecure();

type Handler = ReturnType<ServerGrpc['createStreamCallMethod']>;

const packagesOf = (services: GrpcServices): string[] => [
  ...new Set(Object.keys(services).map((name) => name.slice(0, name.lastIndexOf('.')))),
];

/** The files of a FileDescriptorSet, which is nothing but each of them as field 1: tag, length, bytes. */
function* filesIn(set: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < set.length;) {
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = set[++at]!;
      length |= (byte & 0x7f) << shift;
      more = byte > 0x7f;
    }
    yield Buffer.from(set.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
}

// The library looks for files in the definitions that proto-loader makes, and at nothing else of them. Health is served as well.
const describedBy = (set: Uint8Array): PackageDefinition =>
  ({
    ...loadSync(protoPath),
    set: { fileDescriptorProtos: [...filesIn(set)] },
  }) as unknown as PackageDefinition;

/**
 * Nest's gRPC server, with what it lacks: the port it got, health, reflection, an end that is bounded, streams that end
 * when it closes, and an answer where a streaming handler fails (Nest would leave the client waiting).
 */
export class GrpcServer extends ServerGrpc {
  /** Where it is reached, `127.0.0.1:50051`, once it listens. */
  address = '';
  private readonly closing = new AbortController();
  private readonly health = new HealthImplementation();
  private server: Server | undefined;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly at: GrpcOptions,
    log: Log,
  ) {
    // The library writes to the console; what matters of it comes as an error as well.
    const quiet = (...words: unknown[]): void => log.debug(words.join(' '));
    setLogger({ error: quiet, info: quiet, debug: quiet });
    super({
      package: packagesOf(at.services),
      packageDefinition: at.services,
      onLoadPackageDefinition: (_: unknown, server: Server) => this.addOwn(server),
    });
  }

  override async createClient(): Promise<Server> {
    const server = new Server({ 'grpc.max_receive_message_length': bodyLimit, interceptors: [measureCall] });
    const { host, port } = this.at;
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${bracketed(host)}:${port}`, credentialsOf(this.at.tls), (error, free) => {
        if (error)
          reject(new CannotStart(`Port ${port} on ${host} is in use or not to be had: set GRPC_PORT to another.`));
        else resolve(free);
      });
    });
    this.address = `${bracketed(host)}:${bound}`;
    this.server = server;
    return server;
  }

  override createStreamServiceMethod(handler: (...args: never[]) => unknown): Handler {
    const serve = super.createStreamServiceMethod(handler) as Handler;
    return (call, callback) => {
      endsWith(call, this.closing.signal);
      return serve(call, callback);
    };
  }

  override createStreamCallMethod(handler: (...args: never[]) => unknown, answers: boolean): Handler {
    const serve = super.createStreamCallMethod(handler, answers);
    return async (call, callback) => {
      endsWith(call, this.closing.signal);
      try {
        await serve(call, callback);
      } catch (error) {
        call.emit('error', error);
      }
    };
  }

  /** Whether `grpc.health.v1.Health` answers SERVING, for the server and each of its services. */
  say(serving: boolean): void {
    for (const name of ['', ...Object.keys(this.at.services)])
      this.health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  }

  /** Takes no more calls, ends streams, lets the others finish for at most `withinMs`. */
  drain(withinMs: number): Promise<void> {
    this.closed ??= this.shutDown(withinMs);
    return this.closed;
  }

  override close(): Promise<void> {
    return this.drain(0);
  }

  private async shutDown(withinMs: number): Promise<void> {
    this.say(false);
    this.closing.abort();
    const { server } = this;
    if (!server) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, withinMs);
    server.tryShutdown(() => resolve());
    await promise;
    clearTimeout(timer);
  }

  private addOwn(server: Server): void {
    this.health.addToServer(server);
    this.say(true);
    const { reflection } = this.at;
    if (reflection) new ReflectionService(describedBy(reflection)).addToServer(server);
  }
}
