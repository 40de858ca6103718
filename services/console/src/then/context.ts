import { createContext, use } from 'react';
import type { Then } from './then.ts';

type Moment = {
  readonly past?: Then;
  /** Asks for another moment; not where there is now alone. */
  readonly choose?: () => void;
};

export const MomentContext = createContext<Moment>({});

/** Whether what is shown here is of another moment than now, and how to choose one. */
export const useMoment = (): Moment => use(MomentContext);
