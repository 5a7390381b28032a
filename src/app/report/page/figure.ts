import { COLOUR, type ColourName } from "../pictures/palette.ts";
import type { NamedPicture } from "../plots/named.ts";
import { type Html, html } from "./html.ts";

/** What a colour of the pictures becomes where the page is dark. */
const DARK: Readonly<Record<ColourName, string>> = {
  ink: "#e8edf2",
  muted: "#a3b0bc",
  grid: "#2c363f",
  paper: "#171d23",
  orange: "#f0b429",
  sky: "#74c7f5",
  green: "#2fc79a",
  blue: "#4ea8e0",
  vermilion: "#ff8a3d",
  purple: "#e5a0c6",
};

const NAMES = Object.keys(COLOUR) as ColourName[];
const NAME_OF: ReadonlyMap<string, ColourName> = new Map(NAMES.map((name) => [COLOUR[name], name]));

/** Variables of the page, for light or for dark. */
export function colourVariables(dark: boolean): string {
  const values = dark ? DARK : COLOUR;
  return NAMES.map((name) => `--${name}:${values[name]}`).join(";");
}

/** The picture in the colours of the page. Only attributes are touched: text holds no bare quotes. */
export function pictureFigure({ svg, name }: NamedPicture): Html {
  const markup = svg.replace(/ (fill|stroke)="(#[0-9a-f]{6})"/g, (whole, what, colour) => {
    const known = NAME_OF.get(String(colour));
    return known === undefined ? whole : ` ${what}="var(--${known})"`;
  });
  return html`<figure data-name="${name}">${{ markup: markup.trim() }}</figure>\n`;
}
