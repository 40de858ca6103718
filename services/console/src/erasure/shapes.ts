/** What became of an erased person in one store. */
export type CertificateStore = {
  name: string;
  is: 'unreadable' | 'removed' | 'expires' | 'theirs';
  count?: number;
  until?: string;
};

/** The proof that a person was erased. */
export type Certificate = {
  erasure: string;
  subjects: string[];
  keysDestroyedAt: string;
  completedAt: string;
  backupsUntil: string;
  stores: CertificateStore[];
  key?: string;
  signature?: string;
};

/** An erasure as it stands. */
export type Erasure = {
  id: string;
  customer: string;
  position: number;
  erasedAt: string;
  state: 'erasing' | 'complete';
  /** `keys`, or projections that have not come so far. */
  waitsFor?: string[];
  certificate?: Certificate;
};
