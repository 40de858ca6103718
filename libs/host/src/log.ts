import type { LoggerService } from '@nestjs/common';
import { traceIds } from '@throughline/telemetry';
import { destination, type Logger, pino } from 'pino';

/** A pino logger. */
export type Log = Logger;

// Texts of these errors repeat what they failed on, which may be what somebody wrote.
const repeatsInput = (error: Error & { code?: unknown }): boolean =>
  error instanceof SyntaxError || (typeof error.code === 'string' && /^22[0-9A-Z]{3}$/.test(error.code));

const framesOf = (error: Error): string[] => (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));

/** What the log tells of an error: its kind, code, text and place, never the values that hang on it. */
export const errorInLog = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = 'code' in error ? error.code : undefined;
  return {
    kind: error.name,
    ...(code !== undefined && { code }),
    ...(!repeatsInput(error) && { message: error.message }),
    at: framesOf(error).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: errorInLog(error.cause) }),
  };
};

/**
 * The log of a process: JSON lines on standard error, with the ids of the trace where there is one. Nobody's words, names
 * or addresses belong in it.
 */
export const logger = (name: string, level = 'info'): Log =>
  pino(
    { name, level, base: { name, pid: process.pid }, mixin: traceIds, serializers: { err: errorInLog } },
    destination({ fd: 2, sync: true }),
  );

const contextOf = (params: readonly unknown[]): { context?: string } => {
  const last = params.at(-1);
  return typeof last === 'string' ? { context: last } : {};
};

/** Nest's own messages in our log; what it merely reports while starting is for debugging. */
export const nestLogger = (log: Log): LoggerService => {
  const to =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...params: unknown[]): void => {
      if (message instanceof Error) log[level]({ err: message, ...contextOf(params) });
      else log[level](contextOf(params), String(message));
    };
  return {
    log: to('debug'),
    debug: to('debug'),
    verbose: to('debug'),
    warn: to('warn'),
    error: to('error'),
    fatal: to('fatal'),
  };
};
