import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import GithubSlugger from 'github-slugger';
import { marked, type Token } from 'marked';

const root = join(import.meta.dirname, '../..');
const isOutside = (href: string) => /^(https?|mailto):/.test(href);

/** Where a page's links lead, by path from the root, and the anchors of its headings as GitHub makes them. */
const pageOf = async (path: string) => {
  const slugger = new GithubSlugger();
  const links: { path: string; anchor: string | undefined }[] = [];
  const anchors = new Set<string>();
  void marked.walkTokens(marked.lexer(await readFile(join(root, path), 'utf8')), (token) => {
    if (token.type === 'heading') anchors.add(slugger.slug(textOf(token.tokens ?? [])));
    if ((token.type !== 'link' && token.type !== 'image') || isOutside(token.href)) return;
    const [file, anchor] = (token.href as string).split('#');
    links.push({ path: file ? join(dirname(path), file) : path, anchor });
  });
  return { links, anchors };
};

const textOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token) =>
      'tokens' in token && token.tokens ? textOf(token.tokens) : 'text' in token ? token.text : token.raw,
    )
    .join('');

const pages = async (): Promise<Map<string, Awaited<ReturnType<typeof pageOf>>>> => {
  const found = await readdir(join(root, 'docs'), { recursive: true, withFileTypes: true });
  const docs = found
    .filter(({ name }) => name.endsWith('.md'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
  const paths = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs];
  return new Map(await Promise.all(paths.map(async (path) => [path, await pageOf(path)] as const)));
};

describe('the documentation', () => {
  it('has no link that leads nowhere', async () => {
    const all = await pages();
    const leadsNowhere = ({ path, anchor }: { path: string; anchor: string | undefined }) =>
      !existsSync(join(root, path)) || (anchor !== undefined && all.has(path) && !all.get(path)!.anchors.has(anchor));
    const broken = [...all].flatMap(([from, { links }]) =>
      links.filter(leadsNowhere).map(({ path, anchor }) => `${from} → ${path}#${anchor ?? ''}`),
    );
    expect(broken).toEqual([]);
  });

  it('has no page that nobody finds who begins at the README', async () => {
    const all = await pages();
    const found = new Set(['README.md']);
    for (const path of found) for (const link of all.get(path)?.links ?? []) found.add(link.path);
    // A link to the folder leads to the decisions.
    const lost = [...all.keys()].filter((path) => !found.has(path) && !found.has(dirname(path)));
    expect(lost).toEqual([]);
  });
});
