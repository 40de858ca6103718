/** What this one does no longer counts: a relay of a later term is at work, or the ledger was restored. It begins anew. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}
