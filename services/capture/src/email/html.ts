import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { cutTo } from './clean.ts';
import { TextBuilder } from './text-builder.ts';

// What is beyond is markup that nobody reads.
const longest = 4 * 1_048_576;
const longestLink = 256;

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));
const silent = words('script style title');
const lines = words(
  'address article aside center dd div dl dt fieldset figcaption figure footer form header hr li main nav option section tbody tr',
);
const paragraphs = words('blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul');

/**
 * The words of an HTML body as plain text: no markup, scripts or styles; quotes marked with `> `, links written out.
 * Works on tokens, never on a tree: time grows with length only, however deep the markup is nested.
 */
export const htmlToText = (html: string): string => {
  const source = cutTo(html, longest);
  const text = new TextBuilder();
  const tokens = new Tokenizer({ decodeEntities: true }, callbacksOf(source, text));
  tokens.write(source);
  tokens.end();
  return text.finish();
};

const nothing = (): void => undefined;

const callbacksOf = (source: string, text: TextBuilder): TokenizerCallbacks => {
  let tag = '';
  let skipping = '';
  let attribute = '';
  let href = '';
  let link: { href: string; from: number } | undefined;
  const say = (words: string): void => {
    if (skipping === '') text.words(words);
  };
  const closeLink = (): void => {
    if (link && isWorthShowing(link.href, text.since(link.from))) text.words(` [${link.href}]`);
    link = undefined;
  };
  const opened = (): void => {
    if (silent.has(tag)) skipping = tag;
    else if (tag === 'a') link = { href: href.trim(), from: text.length };
    else open(tag, text);
  };
  return {
    ontext: (start, end) => say(source.slice(start, end)),
    ontextentity: (codepoint) => say(String.fromCodePoint(codepoint)),
    onopentagname: (start, end) => {
      tag = source.slice(start, end).toLowerCase();
      if (tag === 'a') closeLink();
      href = '';
    },
    onattribname: (start, end) => (attribute = tag === 'a' ? source.slice(start, end).toLowerCase() : ''),
    onattribdata: (start, end) => attribute === 'href' && (href += source.slice(start, end)),
    onattribentity: (codepoint) => attribute === 'href' && (href += String.fromCodePoint(codepoint)),
    onopentagend: opened,
    onselfclosingtag: opened,
    onclosetag: (start, end) => {
      const name = source.slice(start, end).toLowerCase();
      if (name === skipping) skipping = '';
      else if (name === 'a') closeLink();
      else close(name, text);
    },
    onattribend: nothing,
    oncdata: nothing,
    oncomment: nothing,
    ondeclaration: nothing,
    onprocessinginstruction: nothing,
    onend: closeLink,
  };
};

const open = (tag: string, text: TextBuilder): void => {
  if (tag === 'br') return text.newLine();
  if (tag === 'td' || tag === 'th') return text.words(' ');
  if (paragraphs.has(tag)) text.breakTo(2);
  else if (lines.has(tag)) text.breakTo(1);
  if (tag === 'li') text.words('* ');
  if (tag === 'blockquote') text.quote(1);
  if (tag === 'pre') text.keepSpace(1);
};

const close = (tag: string, text: TextBuilder): void => {
  if (tag === 'blockquote') text.quote(-1);
  if (tag === 'pre') text.keepSpace(-1);
  if (paragraphs.has(tag)) text.breakTo(2);
  else if (lines.has(tag)) text.breakTo(1);
};

const isWorthShowing = (href: string, shown: string): boolean =>
  /^(https?|mailto|tel):/i.test(href) &&
  href.length <= longestLink &&
  !shown.includes(href.replace(/^(mailto|tel):/i, ''));
