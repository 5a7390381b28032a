/** Small stones to write SVG text with. */

export const COLOUR = {
  paper: "#fcfcfa",
  edge: "#d5dade",
  ink: "#1c2733",
  muted: "#5a6772",
  grid: "#e6e9ec",
  wedge: "#eef2f7",
  band: "#f2f4f6",
  pulse: "#2c5aa0",
  second: "#9a4d8f",
  threshold: "#8a6d1f",
  hold: "#7a4fa3",
  ok: "#1d7a4c",
  soft: "#b16000",
  hard: "#b3261e",
} as const;

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Coordinates with two decimals: a hundredth of a pixel is nothing anyone sees. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
}

export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 13, fill = COLOUR.ink, weight = 400, anchor = "start" } = style;
  const attributes = `x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${fill}" font-weight="${weight}" text-anchor="${anchor}"`;
  return `<text ${attributes}>${escapeXml(words)}</text>`;
}

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string,
  more = "",
): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${stroke}" ${more}/>`;
}

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  more = "",
): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${fill}" ${more}/>`;
}

/** A filled label with round ends; `width` is what it took. */
export function badge(
  x: number,
  y: number,
  words: string,
  fill: string,
): { readonly svg: string; readonly width: number } {
  const width = words.length * 7.4 + 20;
  const label = text(x + width / 2, y + 15.5, words, {
    size: 12,
    fill: "#ffffff",
    weight: 700,
    anchor: "middle",
  });
  return { svg: rect(x, y, width, 22, fill, 'rx="11"') + label, width };
}

/** Lines of at most `most` characters, broken at spaces. */
export function wrap(words: string, most: number): readonly string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of words.split(/\s+/)) {
    if (current !== "" && current.length + 1 + word.length > most) {
      lines.push(current);
      current = word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  return current === "" ? lines : [...lines, current];
}
