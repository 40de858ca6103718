import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type sendUnaryData, type ServerReadableStream, type ServiceError, status } from '@grpc/grpc-js';
import type { Appended, Expectation, Logged, Proposal } from './log.ts';

// The definitions are those that come with the client: event_store.client.streams, of the server's own .proto files.

/** What one append asks for. */
export type Asked = { readonly stream: string; readonly expected: Expectation; readonly events: readonly Proposal[] };

/** What one read asks for: a page of a stream, a page of all from the end backwards, or all that is to come. */
export type Read =
  | { readonly of: 'stream'; readonly stream: string; readonly from: number | 'end'; readonly limit: number; readonly backwards: boolean }
  | { readonly of: 'all'; readonly before: bigint | 'end'; readonly limit: number }
  | { readonly of: 'subscription'; readonly from: bigint | 'start' | 'end'; readonly matches: (stream: string) => boolean }; // prettier-ignore

const nameIn = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier!.getStreamName_asU8()).toString();

const expectationIn = (options: AppendReq.Options): Expectation => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'exists';
  return Number(options.getRevision());
};

/** Reads an append to its end; undefined where its caller gave up before. */
export const appendIn = async (call: ServerReadableStream<AppendReq, AppendResp>): Promise<Asked | undefined> => {
  let options: AppendReq.Options | undefined;
  const events: Proposal[] = [];
  for await (const request of call) {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (!message) continue;
    events.push({
      id: message.getId()!.getString(),
      metadata: Object.fromEntries(message.getMetadataMap().toArray()),
      data: message.getData_asU8(),
      customMetadata: message.getCustomMetadata_asU8(),
    });
  }
  if (call.cancelled) return undefined;
  return { stream: nameIn(options!.getStreamIdentifier()), expected: expectationIn(options!), events };
};

/** The answer to an append. */
export const appended = (outcome: Appended, expected: Expectation): AppendResp => {
  const response = new messages.AppendResp();
  if (outcome.is === 'stored') {
    const position = new messages.AppendResp.Position();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    const success = new messages.AppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    success.setPosition(position);
    response.setSuccess(success);
    return response;
  }
  const wrong = new messages.AppendResp.WrongExpectedVersion();
  if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'exists') wrong.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  response.setWrongExpectedVersion(wrong);
  return response;
};

/** Answers an append. */
export type Answer = sendUnaryData<AppendResp>;

/** An error as gRPC tells it. */
export const refused = (code: status, details: string, metadata = new Metadata()): ServiceError =>
  Object.assign(new Error(details), { code, details, metadata });

/** More than the server takes in one append. */
export const tooLarge = (bytes: number): ServiceError => {
  const metadata = new Metadata();
  metadata.set('exception', 'maximum-append-size-exceeded');
  metadata.set('maximum-append-size', String(bytes));
  return refused(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytes} Exceeded.`, metadata);
};

const streamIn = (options: ReadReq.Options): Read => {
  const of = options.getStream()!;
  return {
    of: 'stream',
    stream: nameIn(of.getStreamIdentifier()),
    from: of.hasEnd() ? 'end' : of.hasStart() ? 0 : Number(of.getRevision()),
    limit: Number(options.getCount()),
    backwards: options.getReadDirection() === messages.ReadReq.Options.ReadDirection.BACKWARDS,
  };
};

export const readIn = (request: ReadReq): Read => {
  const options = request.getOptions()!;
  if (options.hasStream()) return streamIn(options);
  const all = options.getAll()!;
  const position = all.getPosition()?.getCommitPosition();
  if (!options.hasSubscription())
    return { of: 'all', before: position === undefined ? 'end' : BigInt(position), limit: Number(options.getCount()) };
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
  return {
    of: 'subscription',
    from: position === undefined ? (all.hasEnd() ? 'end' : 'start') : BigInt(position),
    matches: (stream) => prefixes.some((prefix) => stream.startsWith(prefix)),
  };
};

export const eventOf = ({ id, stream, revision, position, metadata, data, customMetadata }: Logged): ReadResp => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  const uuid = new shared.UUID();
  uuid.setString(id);
  const recorded = new messages.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuid);
  recorded.setStreamIdentifier(identifier);
  recorded.setStreamRevision(String(revision));
  recorded.setCommitPosition(String(position));
  recorded.setPreparePosition(String(position));
  for (const [name, value] of Object.entries(metadata)) recorded.getMetadataMap().set(name, value);
  recorded.setData(data);
  recorded.setCustomMetadata(customMetadata);
  const event = new messages.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(position));
  const response = new messages.ReadResp();
  response.setEvent(event);
  return response;
};

export const notFound = (stream: string): ReadResp => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  const missing = new messages.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifier);
  const response = new messages.ReadResp();
  response.setStreamNotFound(missing);
  return response;
};

export const confirmation = (): ReadResp => {
  const response = new messages.ReadResp();
  const confirmed = new messages.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId('stand-in');
  response.setConfirmation(confirmed);
  return response;
};

export const checkpoint = (position: bigint): ReadResp => {
  const response = new messages.ReadResp();
  const reached = new messages.ReadResp.Checkpoint();
  reached.setCommitPosition(String(position));
  reached.setPreparePosition(String(position));
  response.setCheckpoint(reached);
  return response;
};

export const caughtUp = (): ReadResp => {
  const response = new messages.ReadResp();
  response.setCaughtUp(new messages.ReadResp.CaughtUp());
  return response;
};
