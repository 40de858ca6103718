import { describe, expect, it } from '@jest/globals';
import { Entry as Message } from '@throughline/contracts/gen/throughline/timeline/v1/entry';
import { entry } from './entry.ts';

describe('an entry over gRPC', () => {
  it('has every field that it has over REST', () =>
    expect(Object.keys(Message.create())).toEqual(expect.arrayContaining(Object.keys(entry.shape))));
});
