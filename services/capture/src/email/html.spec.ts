import { describe, expect, it } from '@jest/globals';
import { htmlToText } from './html.ts';

describe('the words of HTML', () => {
  it.each([
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['<div>one</div><div>two</div>', 'one\ntwo'],
    ['one<br>two<br><br>three', 'one\ntwo\n\nthree'],
    ['  many \n\t spaces&nbsp; here ', 'many spaces here'],
    ['<ul><li>one<li>two</ul>', '* one\n* two'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<blockquote>said<blockquote>before</blockquote></blockquote>after', '> said\n>\n> > before\n\nafter'],
    ['as<pre>  a\n b</pre>is', 'as\n\n  a\n b\n\nis'],
    ['1 &lt; 2 &amp;&#x20AC;&eacute;', '1 < 2 &€é'],
    ['<a href="https://x.example/?a=1&amp;b=2">here</a>', 'here [https://x.example/?a=1&b=2]'],
    ['<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
    ['<a href="javascript:alert(1)">here</a>', 'here'],
    ['<script>alert(1)</script><style>p{}</style><title>t</title>words', 'words'],
    ['<img src=x onerror=alert(1)>words', 'words'],
    ['a <b>bold</b> word', 'a bold word'],
    ['broken <p', 'broken'],
    ['', ''],
  ])('%s', (html, text) => expect(htmlToText(html)).toBe(text));

  it.each([
    '<div>',
    '<table><tr><td>',
    '<ul><li>x',
    '<blockquote>x',
    '<a href="http://x.example/">',
    '<!--',
    '<p>x</p>',
    '&amp;',
    '<',
  ])('takes time by length alone: %s, over and over', (piece) => {
    // Quadratic time over this would outlast the test.
    expect(typeof htmlToText(piece.repeat(Math.floor(600_000 / piece.length)))).toBe('string');
  });
});
