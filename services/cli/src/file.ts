import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file or folder that somebody named and that cannot be used, with the reason in a sentence that names it. */
export class FileUnusable extends Error {}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** What an error of the file system says of a path that was to be read. */
const unreadable = async (path: string, error: unknown, what: string): Promise<FileUnusable> => {
  if (await isFolder(path)) return new FileUnusable(`${path} is a folder, and not a file`);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new FileUnusable(`there is no ${what} ${path}`);
  return new FileUnusable(code === 'EACCES' ? `you may not read ${path}` : `${path} cannot be read: ${message}`);
};

/** The text of a file that somebody named. Throws {@link FileUnusable}. */
export const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(async (error: unknown) => {
    throw await unreadable(path, error, 'file');
  });

/** The same as JSON. Throws {@link FileUnusable}. */
export const jsonOf = async (path: string): Promise<unknown> => {
  const text = await textOf(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FileUnusable(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

/** What is at a path that somebody named, which may be read. Throws {@link FileUnusable}. */
export const found = async (
  path: string,
  what = 'file or folder',
): Promise<{ readonly isFolder: boolean; readonly size: number }> => {
  try {
    await access(path, constants.R_OK);
    const there = await stat(path);
    return { isFolder: there.isDirectory(), size: there.size };
  } catch (error) {
    throw await unreadable(path, error, what);
  }
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Resolves where a file can be written, before anything is done that ends in it: one that is there into itself, such as
 * /dev/stdout, unless another one is to be `renamed` to it. Throws {@link FileUnusable}.
 */
export const roomFor = async (path: string, { renamed = false } = {}): Promise<void> => {
  const folder = dirname(path);
  if (await isFolder(path)) throw new FileUnusable(`${path} is a folder, and not a file`);
  if (!renamed && (await isThere(path)))
    return access(path, constants.W_OK).catch(() => {
      throw new FileUnusable(`you may not write ${path}`);
    });
  if (!(await isFolder(folder))) throw new FileUnusable(`there is no folder ${folder} to write ${path} into`);
  await access(folder, constants.W_OK).catch(() => {
    throw new FileUnusable(`you may not write into the folder ${folder}`);
  });
};
