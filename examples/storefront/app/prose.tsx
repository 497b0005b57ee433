/**
 * What a model wrote: paragraphs, lists, bold words and links to the shop. Everything else of Markdown, and all HTML,
 * stays the text that it is.
 *
 * @module
 */
import type { ReactNode } from "react";

type IsLink = (url: string) => boolean;
const inline = (text: string, isLink: IsLink): ReactNode[] =>
  text.split(/(\*\*[^*\n]+\*\*|\[[^\]\n]+\]\([^)\s]+\))/).map((part, nth) => {
    const [, label, url = ""] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? [];
    if (label)
      return isLink(url) ? (
        <a key={nth} href={url} target="_blank" rel="noopener noreferrer">
          {label}
        </a>
      ) : (
        label
      );
    return /^\*\*/.test(part) ? <strong key={nth}>{part.slice(2, -2)}</strong> : part;
  });
export function Prose({ text, isLink }: { text: string; isLink: IsLink }) {
  const blocks = text
    .trim()
    .split(/\n{2,}/)
    .map((block) => block.split("\n"));
  return blocks.map((lines, nth) => {
    const isList = lines.every((line) => /^\s*[-*•] /.test(line));
    if (isList)
      return (
        <ul key={nth}>
          {lines.map((line, at) => (
            <li key={at}>{inline(line.replace(/^\s*[-*•] /, ""), isLink)}</li>
          ))}
        </ul>
      );
    return (
      <p key={nth} dir="auto">
        {inline(lines.join("\n"), isLink)}
      </p>
    );
  });
}
