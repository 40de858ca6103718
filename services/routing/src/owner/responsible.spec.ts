import { describe, expect, it } from '@jest/globals';
import { type Assigned, type Linked, responsibleAmong, responsibleSince } from './responsible.ts';

const said = (of: Assigned['of'], subject: string, agent: string | null, position: number): Assigned => ({
  of,
  subject,
  agent,
  position: BigInt(position),
  event: `event ${position}`,
});
const linked = (a: string, b: string, position: number, joins = true): Linked => ({
  a,
  b,
  position: BigInt(position),
  joins,
});
const since = (links: readonly Linked[], ...all: Assigned[]) => {
  const found = responsibleSince('ann', links, all);
  return found && [found.agent, Number(found.position)];
};

describe('who is responsible', () => {
  it('is who was named last for the customer, else by a CRM, else for the account', () => {
    const account = said('account', 'acme', 'cy', 9);
    const crm = said('crm', 'ann', 'di', 8);
    expect(responsibleAmong([account, crm, said('customer', 'ann', 'bo', 1)])).toMatchObject({ agent: 'bo' });
    expect(responsibleAmong([account, crm])).toMatchObject({ agent: 'di', of: 'crm' });
    expect(responsibleAmong([account])).toMatchObject({ agent: 'cy', of: 'account' });
    expect(responsibleAmong([])).toBeUndefined();
  });
  it('is the next one where somebody was taken back by hand, and whom a CRM told where another knows of none', () =>
    expect(
      responsibleAmong([
        said('customer', 'ann', 'bo', 1),
        said('customer', 'ann', null, 2),
        said('crm', 'ann', 'di', 3),
        said('crm', 'ann', null, 4),
      ]),
    ).toMatchObject({ agent: 'di', position: 3n }));
});

describe('somebody is responsible', () => {
  const marias = said('customer', 'bea', 'maria', 2);

  it('since they were assigned', () => expect(since([], said('customer', 'ann', 'sam', 3))).toEqual(['sam', 3]));
  it('since a link told of them', () => expect(since([linked('ann', 'bea', 7)], marias)).toEqual(['maria', 7]));
  it('since they were assigned, where that came after the link', () =>
    expect(since([linked('ann', 'bea', 1)], marias)).toEqual(['maria', 2]));
  it('since the last of the links that lead to them', () =>
    expect(since([linked('ann', 'cleo', 9), linked('bea', 'cleo', 5)], marias)).toEqual(['maria', 9]));
  it('since the first link to them, whatever leads there as well and whoever else is linked', () =>
    expect(
      since([linked('ann', 'bea', 7), linked('ann', 'cleo', 8), linked('bea', 'cleo', 9), linked('ann', 'dan', 10)], marias),
    ).toEqual(['maria', 7])); // prettier-ignore
  it('again since the link to somebody else’s was retracted', () =>
    expect(since([linked('ann', 'bea', 7, false)], marias, said('customer', 'ann', 'sam', 1))).toEqual(['sam', 7]));
  it('since the same moment, where a link was retracted that told of nobody', () =>
    expect(since([linked('ann', 'cleo', 7, false)], said('customer', 'ann', 'sam', 1))).toEqual(['sam', 1]));
  it('for the account, since the customer was parted from whom somebody else is responsible for', () =>
    expect(since([linked('ann', 'bea', 7, false)], marias, said('account', 'acme', 'cy', 1))).toEqual(['cy', 7]));
});
