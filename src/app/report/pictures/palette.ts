/**
 * Colours that people who see colours differently can tell apart: the eight of Okabe and Ito (Color Universal Design),
 * without the yellow, which vanishes on white.
 */
export const COLOUR = {
  ink: "#1c2733",
  muted: "#5a6773",
  grid: "#e3e7eb",
  paper: "#fdfdfc",
  orange: "#e69f00",
  sky: "#56b4e9",
  green: "#009e73",
  blue: "#0072b2",
  vermilion: "#d55e00",
  purple: "#cc79a7",
} as const;

export type ColourName = keyof typeof COLOUR;

/** One colour after the other for what has no colour of its own. */
const SERIES: readonly ColourName[] = ["blue", "vermilion", "green", "purple", "orange", "sky"];

export function seriesColour(index: number): ColourName {
  return SERIES[index % SERIES.length] ?? "blue";
}

/** From little to much, readable without colour too: it only gets darker. */
const SEQUENCE: readonly (readonly [number, number, number])[] = [
  [242, 246, 250],
  [190, 216, 236],
  [86, 160, 210],
  [0, 104, 170],
  [4, 48, 92],
];

/** `share` from 0 to 1; `dark` says whether words on it must be light. */
export function sequenceColour(share: number): { readonly fill: string; readonly dark: boolean } {
  const at = Math.min(Math.max(share, 0), 1) * (SEQUENCE.length - 1);
  const lower = SEQUENCE[Math.floor(at)] ?? [0, 0, 0];
  const upper = SEQUENCE[Math.ceil(at)] ?? lower;
  const part = at - Math.floor(at);
  const mixed = lower.map((from, i) => Math.round(from + ((upper[i] ?? from) - from) * part));
  const fill = `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  return { fill, dark: share > 0.55 };
}
