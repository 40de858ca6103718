import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, filled, filledText } from './template.ts';

const names = {
  record: { reference: 'r-1', owner: { name: 'Bo' }, count: 3, list: ['a', 'b'] },
  handle: 'email:a/b@x',
};

describe('a template', () => {
  it('is filled in wherever a placeholder stands', () =>
    expect(filled({ ref: '{{record.reference}}', told: ['by {{ record.owner.name }}', 7, null] }, names)).toEqual({
      ref: 'r-1',
      told: ['by Bo', 7, null],
    }));
  it('keeps the type of a value that stands alone', () =>
    expect(filled(['{{record.count}}', '{{record.list}}', '{{record.list.1}}'], names)).toEqual([3, ['a', 'b'], 'b']));
  it('is everything where the placeholder names nothing', () => expect(filled('{{}}', names)).toEqual(names));
  it('leaves out what there is no value for', () => {
    expect(filled({ a: '{{record.due}}', b: 'due {{record.due}}' }, names)).toEqual({ b: 'due ' });
  });
  it('encodes values in a path', () =>
    expect(filledText('/contacts/{{handle}}', names, encodeURIComponent)).toBe('/contacts/email%3Aa%2Fb%40x'));
  it('reaches nothing that is not a value of ours', () =>
    expect(filled(['{{constructor.name}}', '{{record.__proto__}}', '{{record.list.length.x}}'], names)).toEqual([
      undefined,
      undefined,
      undefined,
    ]));
  it('without placeholders stays as it is', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('{{'));
        expect(filled(value, names)).toEqual(value);
      }),
    ));
});

describe('a JSON Pointer', () => {
  it('leads to a value', () => {
    const value = { 'a/b': [{ '~': 'found' }] };
    expect(at(value, '/a~1b/0/~0')).toBe('found');
    expect(at(value, '')).toBe(value);
    expect(at(value, '/none/0')).toBeUndefined();
  });
});
