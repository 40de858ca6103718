import type { ReactNode } from 'react';

const link = /\bhttps?:\/\/[^\s<>"')\]]+/gi;

const hostOf = (href: string): string | undefined => (URL.canParse(href) ? new URL(href).host : undefined);

/** Text of a message as text: never markup, no images; a link shows the host it leads to. Direction by its own words. */
export const Text = ({ text }: { text: string }) => {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(link)) {
    const host = hostOf(match[0]);
    if (!host) continue;
    parts.push(text.slice(from, match.index));
    parts.push(
      <a key={match.index} href={match[0]} target="_blank" rel="noopener noreferrer nofollow" title={match[0]}>
        {host} ↗
      </a>,
    );
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return (
    <div className="words" dir="auto">
      {parts}
    </div>
  );
};
