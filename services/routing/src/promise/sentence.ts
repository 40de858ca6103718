import type { PromiseEvent } from './promise.ts';

const answers = { 'first-response': 'A first answer', 'next-response': 'An answer' };

/** What is told of a promise, in a sentence. */
export const promiseInWords = ({ type, data }: PromiseEvent): string => {
  const answer = answers[data.target];
  switch (type) {
    case 'PromiseMade':
      return `${answer} is due by ${data.dueAt}: within ${data.within} by the calendar ${data.calendar}, counted from ${data.countedFrom}, when the customer wrote.`;
    case 'PromisePaused':
      return `It waits for the customer${data.because === 'hand' ? ', as a person said' : ''}; ${data.left} of ${answer.toLowerCase()}’s time are left.`;
    case 'PromiseResumed':
      return `The customer wrote: ${answer.toLowerCase()} is due by ${data.dueAt}.`;
    case 'PromiseMet':
      return data.late ? `${answer} was given, late.` : `${answer} was given in time.`;
    case 'PromiseBreached':
      return `${answer} was due, and nobody had given it.`;
    case 'PromiseEnded':
      return `${answer} is not due any more: ${data.because === 'closed' ? 'the matter was closed' : 'what it was about is in another matter'}.`;
    case 'PromiseCorrected': {
      const given = data.met ? `was given ${data.breached ? 'late' : 'in time'}, at ${data.met.at}` : undefined;
      const due = data.ended ? 'is not due any more' : `is due${data.dueAt === undefined ? '' : ` by ${data.dueAt}`}`;
      return `Something came in late: ${answer.toLowerCase()}, counted from ${data.countedFrom}, ${given ?? due}.`;
    }
  }
};
