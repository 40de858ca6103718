import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const here = fileURLToPath(new URL('..', import.meta.url));
const folder = 'libs/contracts/samples';
const noted = join(folder, 'NoteWritten.v1.json');
const released = join(folder, 'schemas.v1.json');

type Sample = { stored: { data: Record<string, unknown> }; opened: Record<string, unknown> };

describe('a golden sample', () => {
  let repository: string;
  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'throughline-samples-'));
    cpSync(join(here, folder), join(repository, folder), { recursive: true });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=spec', '-c', 'user.email=spec@acme.example', ...args], { cwd: repository });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'Release');
  });
  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  const change = (file: string, by: (sample: Sample) => void) => {
    const sample = JSON.parse(readFileSync(join(repository, file), 'utf8')) as Sample;
    by(sample);
    writeFileSync(join(repository, file), JSON.stringify(sample));
  };
  /** As `npm run check` asks. */
  const check = () => {
    const { status, stdout } = spawnSync(process.execPath, [join(here, 'tools/samples.js'), 'HEAD', repository], {
      encoding: 'utf8',
    });
    return { status, said: stdout.trim() };
  };

  it('is as it was, or is a new one', () => {
    expect(check()).toEqual({ status: 0, said: '' });
    writeFileSync(join(repository, folder, 'NoteWritten.v2.json'), '{"stored":{},"opened":{}}');
    expect(check()).toEqual({ status: 0, said: '' });
  });

  it('may show a field that the schema knows since then', () => {
    change(noted, ({ opened }) => (opened.more = 1));
    expect(check()).toEqual({ status: 0, said: '' });
  });

  it('cannot be changed as it is stored, not even by one field more', () => {
    change(noted, ({ stored }) => (stored.data.more = 1));
    expect(check()).toEqual({ status: 1, said: `${noted}: what is stored cannot be changed` });
  });

  it('cannot lose a field, or have another value in it', () => {
    change(noted, ({ opened }) => delete opened[Object.keys(opened)[0]!]);
    expect(check()).toEqual({ status: 1, said: `${noted}: a field is gone or another one` });
  });

  it('cannot be removed', () => {
    rmSync(join(repository, noted));
    expect(check()).toEqual({ status: 1, said: `${noted}: it is gone, and events like it are stored` });
  });

  it('has a schema that stays as it was released', () => {
    change(released, (schemas) => void Object.assign(schemas, { NoteWritten: {} }));
    expect(check()).toEqual({ status: 1, said: `${released}: NoteWritten is not what was released` });
  });
});
