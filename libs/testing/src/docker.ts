import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

// The one place that speaks with Docker, by its command. Jest's global hooks load it: it imports nothing of the workspace.

const run = promisify(execFile);

const LABEL = 'throughline.folder';
const ANSWERS_WITHIN = 10_000;
const PULLED_WITHIN = 300_000;

/** The line that says why a command failed. */
export const firstLine = (error: unknown): string => {
  const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
  return (stdout?.trim() || stderr?.trim() || message).split('\n')[0] ?? message;
};

/** Runs `docker` with these arguments, and gives what it says. Rejects with what it says where it fails. */
export const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout.trim();

/** Why this machine can have no containers, if so: Docker has to answer. */
export const whyNoDocker = (): Promise<string | undefined> =>
  run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: ANSWERS_WITHIN }).then(
    () => undefined,
    (error: unknown) => `docker: ${firstLine(error)}`,
  );

/** Fetches an image where it is not here yet; that may take minutes. */
export async function bringImage(image: string): Promise<void> {
  const isHere = await docker('image', 'inspect', image).catch(() => undefined);
  if (isHere === undefined) await run('docker', ['pull', '--quiet', image], { timeout: PULLED_WITHIN });
}

/** What marks a container as one that serves a folder (absolute, as links resolve it), for `docker run`. */
export const serves = (folder: string): string[] => ['--label', `${LABEL}=${folder}`];

/** Removes the containers that serve a folder or one in it, at once. Nothing where there is no Docker. */
export async function removeContainers(folder: string): Promise<void> {
  const format = `{{.ID}} {{.Label "${LABEL}"}}`;
  const list = ['ps', '--all', '--filter', `label=${LABEL}`, '--format', format];
  const { stdout } = await run('docker', list, { timeout: ANSWERS_WITHIN }).catch(() => ({ stdout: '' }));
  const served = stdout.split('\n').map((line) => line.split(/ (.*)/) as [id: string, folder?: string]);
  const above = join(await realpath(folder).catch(() => folder), '/');
  const ids = served.flatMap(([id, its]) => (its && join(its, '/').startsWith(above) ? [id] : []));
  if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids);
}
