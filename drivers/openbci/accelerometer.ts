import { auxInt16, auxKind, axisOf, footerOf, G_PER_COUNT, numberOf } from "./wire/packet.ts";

export interface Acceleration {
  readonly xG: number;
  readonly yG: number;
  readonly zG: number;
}

export interface Accelerometer {
  begin(): void;
  take(bytes: Uint8Array, at: number): void;
  /** The last values that came; null until one has. */
  readonly last: Acceleration | null;
}

/**
 * The accelerometer speaks at 25 Hz: between its values packets carry zeros, which mean nothing new.
 * Peers look at one axis and miss a board that lies flat; all three count here.
 */
export function createAccelerometer(): Accelerometer {
  const g = { x: 0, y: 0, z: 0 };
  let isKnown = false;

  const whole = (bytes: Uint8Array, at: number): void => {
    const [x, y, z] = [auxInt16(bytes, at, 0), auxInt16(bytes, at, 1), auxInt16(bytes, at, 2)];
    if (x === 0 && y === 0 && z === 0) return;
    isKnown = true;
    g.x = x * G_PER_COUNT;
    g.y = y * G_PER_COUNT;
    g.z = z * G_PER_COUNT;
  };

  const oneAxis = (bytes: Uint8Array, at: number): void => {
    const axis = axisOf(numberOf(bytes, at));
    if (axis === null) return;
    isKnown = true;
    g[axis] = auxInt16(bytes, at, 0) * G_PER_COUNT;
  };

  return {
    begin: () => {
      isKnown = false;
      g.x = 0;
      g.y = 0;
      g.z = 0;
    },
    take: (bytes, at) => {
      const kind = auxKind(footerOf(bytes, at));
      if (kind === "acceleration") whole(bytes, at);
      else if (kind === "time-acceleration") oneAxis(bytes, at);
    },
    get last() {
      return isKnown ? { xG: g.x, yG: g.y, zG: g.z } : null;
    },
  };
}
