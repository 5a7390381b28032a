/** Where electrodes of the 10-20 system and its extension lie on a sphere: nominal angles, as every montage file has them. */

export type Direction = readonly [right: number, front: number, up: number];

/** Degrees from the vertex and, from the right ear, towards the front; of the midline and the left side. */
const NOMINAL: Readonly<Record<string, readonly [inclination: number, azimuth: number]>> = {
  Fpz: [92, 90],
  AFz: [69, 90],
  Fz: [46, 90],
  FCz: [23, 90],
  Cz: [0, 0],
  CPz: [23, -90],
  Pz: [46, -90],
  POz: [69, -90],
  Oz: [92, -90],
  Fp1: [-92, -72],
  AF7: [-92, -54],
  AF3: [-74, -68],
  F7: [-92, -36],
  F5: [-75, -41],
  F3: [-60, -51],
  F1: [-50, -68],
  FT7: [-92, -18],
  FC5: [-71, -21],
  FC3: [-50, -28],
  FC1: [-32, -45],
  T7: [-92, 0],
  C5: [-69, 0],
  C3: [-46, 0],
  C1: [-23, 0],
  TP7: [-92, 18],
  CP5: [-71, 21],
  CP3: [-50, 28],
  CP1: [-32, 45],
  P7: [-92, 36],
  P5: [-75, 41],
  P3: [-60, 51],
  P1: [-50, 68],
  PO7: [-92, 54],
  PO3: [-74, 68],
  O1: [-92, 72],
};

/** Names of the older system. */
const OLDER: Readonly<Record<string, string>> = { T3: "T7", T4: "T8", T5: "P7", T6: "P8" };

function directionOf([inclination, azimuth]: readonly [number, number]): Direction {
  const theta = (inclination * Math.PI) / 180;
  const phi = (azimuth * Math.PI) / 180;
  return [Math.sin(theta) * Math.cos(phi), Math.sin(theta) * Math.sin(phi), Math.cos(theta)];
}

/** Odd numbers lie left, the even one above each lies opposite. */
const DIRECTIONS: ReadonlyMap<string, Direction> = new Map(
  Object.entries(NOMINAL).flatMap(([name, angles]) => {
    const direction = directionOf(angles);
    const [right, front, up] = direction;
    const opposite = name.replace(/\d$/, (digit) => String(Number(digit) + 1));
    return [
      [name.toUpperCase(), direction],
      [opposite.toUpperCase(), opposite === name ? direction : [-right, front, up]],
    ] as const;
  }),
);

/** Null for a name that is no place on the scalp. */
export function electrodeAt(channel: string): Direction | null {
  const name = channel.trim().toUpperCase();
  return DIRECTIONS.get((OLDER[name] ?? name).toUpperCase()) ?? null;
}

function known(name: string): Direction {
  return electrodeAt(name) ?? [0, 0, 1];
}

type PlaceName =
  | "leftHand"
  | "rightHand"
  | "vertex"
  | "frontal"
  | "parietal"
  | "occipital"
  | "forehead";

export const PLACES: Readonly<Record<PlaceName, Direction>> = {
  leftHand: known("C3"),
  rightHand: known("C4"),
  vertex: known("Cz"),
  frontal: known("Fz"),
  parietal: known("CP3"),
  occipital: known("Oz"),
  forehead: known("Fpz"),
};

/** Cosine of the angle between two places, to a power; nothing beyond a right angle. */
export function nearness(a: Direction | null, b: Direction, power = 2): number {
  if (a === null) return 0;
  const cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return cosine <= 0 ? 0 : cosine ** power;
}

/** 1 at the temples, 0 from 60 degrees off the midline inwards. */
export function lateralness(place: Direction | null): number {
  if (place === null) return 0;
  const edge = Math.sin(Math.PI / 3);
  return Math.max(0, (Math.abs(place[0]) - edge) / (1 - edge));
}
