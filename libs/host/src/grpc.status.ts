import { Metadata, status } from '@grpc/grpc-js';
import type { Fault } from '@throughline/decider';
import type { Problem } from './problems.ts';

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
};

const number = (field: number, value: number): Buffer => Buffer.from([...varint(field << 3), ...varint(value)]);

const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
};

const any = (name: string, ...fields: Buffer[]): Buffer =>
  bytes(3, Buffer.concat([bytes(1, `type.googleapis.com/google.rpc.${name}`), bytes(2, Buffer.concat(fields))]));

/** `/participants/0/handle` → `participants[0].handle`, as google.rpc writes the way to a field. */
const fieldPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : `${at > 0 ? '.' : ''}${key}`))
    .join('');

const violation = ({ pointer, reason }: Fault): Buffer =>
  bytes(1, Buffer.concat([bytes(1, fieldPath(pointer)), bytes(2, reason)]));

const detailsOf = (problem: Problem): Buffer[] => [
  any('ErrorInfo', bytes(1, problem.code), bytes(2, 'throughline')),
  ...(problem.faults.length > 0 ? [any('BadRequest', ...problem.faults.map(violation))] : []),
  ...(problem.retryAfter ? [any('RetryInfo', bytes(1, number(1, problem.retryAfter)))] : []),
];

/** What grpc-js sends as a call's end. */
export type GrpcError = { readonly code: number; readonly details: string; readonly metadata: Metadata };

/**
 * A problem as gRPC tells it: the status, and in `grpc-status-details-bin` a google.rpc.Status with ErrorInfo (the
 * problem's code), BadRequest (the fields) and RetryInfo. (Three messages of four fields: not worth a code generator.)
 */
export const grpcErrorOf = (problem: Problem): GrpcError => {
  const code = status[problem.grpc];
  const metadata = new Metadata();
  const details = Buffer.concat([number(1, code), bytes(2, problem.detail), ...detailsOf(problem)]);
  // Trailers have to fit what clients take (8 KiB by default).
  if (details.length <= 6_000) metadata.set('grpc-status-details-bin', details);
  return { code, details: problem.detail, metadata };
};
