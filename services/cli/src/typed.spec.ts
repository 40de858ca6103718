import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { program } from './program.ts';
import { asTyped, typedFor } from './typed.ts';

/** A command as it is once a line was read, without what it does. */
const read = (args: readonly string[]): Command => {
  const root = program();
  let leaf: Command = root;
  for (let next: Command | undefined = root, at = 0; next; at += 1) {
    leaf = next;
    next = leaf.commands.find((one) => one.name() === args[at]);
  }
  leaf.action(() => undefined);
  root.parse(args, { from: 'user' });
  return leaf;
};

const ann = 'email:ann@example.com';

describe('what was typed', () => {
  it.each([
    ['an option', ['tasks', 'add', ann, 'Call', '--owner', 'bo', '--due', 'soon'], '/due', "--due 'soon'"],
    ['an argument', ['brief', 'ann'], '/handle', "<handle> 'ann'"],
    ['an argument by its id', ['tasks', 'done', 'x'], '/id', "<task> 'x'"],
    ['an option of another name', ['connections', 'add', 'hub', '--crm', 'http', '--secret-file', '-', '--at', 'x'], '/url', "--at 'x'"],
    ['an option of two words', ['brief', ann, '--recorded-as-of', 'x'], '/recordedAsOf', "--recorded-as-of 'x'"],
    ['one of several values', ['teams', 'add', 'hw', '--channel', 'phone', 'fax'], '/channels/1', "--channel 'fax'"],
    ['one of several with commas', ['events', 'export', '--out', 'a.csv', '--type', 'NoteWritten,Note'], '/type/1', "--type 'Note'"],
    ['a part of what one option says', ['teams', 'add', 'hw', '--fallback', 'bo'], '/fallback/handle', "--fallback 'bo'"],
    ['an option beside', ['notes', 'add', ann, '--next-step', 'Call', '--due', 'soon'], '/nextStep/due', "--due 'soon'"],
    ['an option that was left away', ['notes', 'add', ann, '--next-step', 'Call'], '/nextStep/owner', '--owner'],
    ['an option that goes as a header', ['status', '--tenant', 'A B'], '/x-tenant', "--tenant 'A B'"],
    ['a place in a file', ['ledger', 'verify', '--checkpoint', 'c.json'], '/checkpoint/at', "--checkpoint 'c.json' at /at"],
    ['the beginning of a long text', ['notes', 'add', ann, '--text', 'x'.repeat(99)], '/text', `--text '${'x'.repeat(59)}…'`],
  ])('is named: %s', (_, args, pointer, typed) => expect(typedFor(read(args), pointer)).toBe(typed)); // prettier-ignore

  it.each(['key', 'token'])('is never the %s that a call is made with', (name) =>
    expect(typedFor(read(['demo', `--${name}`, 'SECRET']), `/${name}`)).toBeUndefined(),
  );
  it('is nothing where it came from none', () => {
    expect(typedFor(read(['brief', ann]), '/participants/0/handle')).toBeUndefined();
    expect(typedFor(read(['brief', ann]), '')).toBeUndefined();
  });

  it('is said in the place of the field that a text names', () => {
    const said = 'goes over http (allowPrivate), once nextCursor is read';
    const add = ['connections', 'add', 'hub', '--crm', 'http', '--secret-file', '-'];
    expect(asTyped(read(add), said)).toBe('goes over http (--allow-private), once nextCursor is read');
    expect(asTyped(read(['connections', 'list']), said)).toBe(said);
  });
});
