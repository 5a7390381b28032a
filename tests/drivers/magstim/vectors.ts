/** The vectors of the family, typed. */

import { type Dialect, dialectOf, type WireModel } from "../../../drivers/magstim/wire/dialect.ts";
import { fromHex } from "../../../src/base/hex.ts";
import file from "../../vectors/magstim.json" with { type: "json" };

export interface Vector {
  readonly name: string;
  readonly model: WireModel;
  readonly softwareVersion: string | null;
  readonly direction: "host" | "device";
  readonly hex: string;
  readonly bytes: Uint8Array;
  readonly valid: boolean;
  /** What a decoder can know: notes about the clients that made the vector are left out. */
  readonly meaning: Readonly<Record<string, unknown>>;
  readonly dialect: Dialect;
}

const NOTES = new Set(["use", "magpyCode", "magpyReads", "magpyReports", "asked"]);

export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Error(`not hex: ${hex}`);
  return bytes;
}

export const vectors: readonly Vector[] = file.vectors.map((raw) => {
  const model = raw.model as WireModel;
  const softwareVersion = raw.softwareVersion ?? null;
  const highResolution =
    "highResolution" in raw.meaning &&
    raw.direction === "host" &&
    raw.meaning.highResolution === true;
  const dialect = dialectOf(model, softwareVersion, highResolution);
  if (dialect === null) throw new Error(`no dialect: ${raw.name}`);
  return {
    name: raw.name,
    model,
    softwareVersion,
    direction: raw.direction as "host" | "device",
    hex: raw.hex,
    bytes: bytesOf(raw.hex),
    valid: raw.valid,
    meaning: Object.fromEntries(Object.entries(raw.meaning).filter(([key]) => !NOTES.has(key))),
    dialect,
  };
});

/** A driver name for each wire model, for calls that take names. */
export const NAME_OF: Readonly<Record<WireModel, string>> = {
  "200": "magstim-200",
  bistim: "magstim-bistim",
  rapid: "magstim-super-rapid2",
  horizon: "magstim-horizon",
};
