import { sha256Hex } from "../../../base/canonical.ts";

/**
 * What the drawing library writes for browsers and nobody needs in a file: style sheets for a mouse, its own bookkeeping, tails
 * of digits. Its ids count through the life of the process; they are replaced by ones that hang on the content alone, so that
 * equal data give equal text and two pictures can stand in one page. Words of the journal stand escaped in the text of
 * elements, where none of these patterns can begin.
 */
export function tidySvg(svg: string): { readonly inner: string } {
  const inner = svg
    .replace(/^<svg [^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<style ?>[\s\S]*?<\/style>/g, "")
    .replace(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"<>]*"|pointer-events="visible")/g, "")
    .replace(/ style="[^"<>]*"/g, shortStyle)
    .replace(/(?<= d=")[^"<>]*(?=")/g, shortNumbers)
    .replace(/(?<=<poly(?:gon|line) points=")[^"<>]*(?=")/g, shortNumbers)
    .replace(/(?<= transform="translate\()[^"<>]*(?=\)")/g, shortNumbers)
    .replace(/\n+/g, "\n")
    .trim();
  const mark = sha256Hex(inner.replace(ID, "")).slice(0, 8);
  return { inner: inner.replace(ID, (_, before: string) => `${before}p${mark}-`) };
}

const ID = /((?: id="|url\(#))zr\d+-/g;

function shortNumbers(text: string): string {
  return text.replace(/\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}

/** The font is that of the picture as a whole. */
function shortStyle(style: string): string {
  return style.replace(/font-family:[^;"]*;?/g, "").replace(/ style=""/g, "");
}
