import { describe, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import { linkByEvidence, linkByHand, type LinkEvent, linkNoun, retract } from './link.ts';

const pair = { link: 'l', a: { id: 'a' }, b: { id: 'b' } };
const other = { link: 'other', a: { id: 'a' }, b: { id: 'c' } };
const by = (rule: 'declared' | 'by-hand', evidence: string[] = [], of = pair): LinkEvent => ({
  type: 'HandlesLinked',
  data: { ...of, rule, evidence, confidence: 1 },
});
const retracted: LinkEvent = { type: 'LinkRetracted', data: { link: 'l', a: 'a', b: 'b', subject: 'a' } };
const evidence = linkByEvidence(pair, 'declared', 'e');
const given = specOf(linkNoun('l'));

describe('a link', () => {
  it('is made by evidence once', () =>
    given()
      .when(evidence)
      .yieldsOnce(by('declared', ['e'])));
  it('is made by hand once', () => given().when(linkByHand(pair)).yieldsOnce(by('by-hand')));
  it('that is there is not made again', () =>
    given(by('declared', ['e']))
      .when(linkByHand(pair))
      .yieldsNothing());
  it('of another pair is another', () =>
    given(by('by-hand', [], other))
      .when(linkByHand(pair))
      .yieldsOnce(by('by-hand')));
  it('is retracted, also where it stands in no event of its own', () => {
    given(by('declared')).when(retract(retracted.data)).yields(retracted);
    given().when(retract(retracted.data)).yields(retracted);
  });
  it('is retracted once', () =>
    given(by('declared'), retracted).when(retract(retracted.data)).isRejected('LinkRetracted'));
  it('does not come back by evidence, whatever came after', () => {
    given(by('declared'), retracted).when(evidence).yieldsNothing();
    given(retracted, by('declared')).when(retract(retracted.data)).isRejected('LinkRetracted');
  });
  it('comes back by hand', () => given(by('declared'), retracted).when(linkByHand(pair)).yieldsOnce(by('by-hand')));
});
