/**
 * Markup that cannot be forgotten to be escaped: whatever is put into a template as text is text, and only what a template made
 * is markup.
 */
import { printable } from "../plainText.ts";

export interface Html {
  readonly markup: string;
}

type Part = string | number | null | Html | readonly Html[];

export const NOTHING: Html = { markup: "" };

export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.reduce(
    (done, piece, i) => done + piece + (i < parts.length ? partMarkup(parts[i] ?? null) : ""),
    "",
  );
  return { markup };
}

function partMarkup(part: Part): string {
  if (part === null) return "";
  if (typeof part === "number") return escapeHtml(String(part));
  if (typeof part === "string") return escapeHtml(part);
  if ("markup" in part) return part.markup;
  return part.map(({ markup }) => markup).join("");
}

/** Nothing without a body. */
export function section(title: string, ...body: readonly Html[]): Html {
  const inside = body.filter(({ markup }) => markup !== "");
  return inside.length === 0 ? NOTHING : html`<section><h2>${title}</h2>${inside}</section>\n`;
}

export interface Column {
  readonly name: string;
  /** Figures stand at the right. */
  readonly figures?: boolean;
}

export type Cell = string | number | Html | null;

/** Nothing without rows. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return NOTHING;
  const look = (i: number): string => (columns[i]?.figures === true ? "figures" : "words");
  const head = columns.map(({ name }, i) => html`<th scope="col" class="${look(i)}">${name}</th>`);
  const body = rows.map((cells) => {
    const inside = cells.map((cell, i) => html`<td class="${look(i)}">${cell ?? "–"}</td>`);
    return html`<tr>${inside}</tr>`;
  });
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>\n`;
}

/** Names with values, those that are null left out. */
export function facts(entries: readonly (readonly [name: string, value: Cell])[]): Html {
  const known = entries.filter(([, value]) => value !== null && value !== "");
  if (known.length === 0) return NOTHING;
  return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>\n`;
}

export function paragraph(text: string): Html {
  return text === "" ? NOTHING : html`<p>${text}</p>\n`;
}

export function subtitle(text: string): Html {
  return html`<h3>${text}</h3>`;
}
