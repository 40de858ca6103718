import { hostProblems, problemBody, problemOf } from '@throughline/host';
import { z } from 'zod';
import { captureProblems } from '../problems.ts';
import type { Recording } from '../record.ts';

/** The answer to one fact that was stored, now or before. */
export const outcome = z.strictObject({
  outcome: z.enum(['captured', 'duplicate']),
  id: z.uuid().describe('The id of the event: the same for the same source and key, everywhere.'),
  position: z.int().describe('Its place in the ledger; `minPosition` of a read waits for it.'),
});
export type Outcome = z.infer<typeof outcome>;

const told = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), reason: z.string() })).optional(),
  instance: z.string().optional(),
});

/** The answer to a batch: an outcome for each item, in its order. */
export const batchOutcome = z.strictObject({
  counts: z.strictObject({ captured: z.int(), duplicate: z.int(), rejected: z.int() }),
  results: z.array(
    z.strictObject({
      index: z.int(),
      outcome: z.enum(['captured', 'duplicate', 'rejected']),
      id: z.uuid().optional(),
      position: z.int().optional(),
      problem: told.optional(),
    }),
  ),
});
export type BatchOutcome = z.infer<typeof batchOutcome>;
export type Result = BatchOutcome['results'][number];

const catalogue = { ...hostProblems, ...captureProblems };

/** Why one of many was refused, as a problem within an answer. */
export const problemIn = (error: unknown): z.infer<typeof told> => told.parse(problemBody(problemOf(error, catalogue)));

/** What callers are told of one item of many. */
export const resultOf = (recording: Recording, index: number): Result =>
  recording.is === 'refused'
    ? { index, outcome: 'rejected', problem: problemIn(recording.error) }
    : { index, outcome: recording.is, id: recording.id, position: Number(recording.position) };

/** The results of a batch with their counts. */
export const summary = (results: readonly Result[]): BatchOutcome => {
  const counts = { captured: 0, duplicate: 0, rejected: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return { counts, results: [...results] };
};
