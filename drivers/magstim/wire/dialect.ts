/**
 * What decides how bytes of the Magstim family are cut and read. Lengths and layouts: the tables of
 * `nicolasmcnair/magpy` and `nigelrogasch/MAGIC`, which agree unless a comment says otherwise.
 */

/** Devices that share one set of commands. The three Rapid models speak alike. */
export type WireModel = "200" | "bistim" | "rapid" | "horizon";

export interface Dialect {
  readonly model: WireModel;
  /** First part of the software version; field widths depend on it on the Rapid group. */
  readonly major: number;
  /** BiStim only: the interval digits are tenths of a millisecond. No frame tells. */
  readonly highResolution: boolean;
}

/** Read when nobody says which version: the newest that open clients have met. */
export const LATEST_MAJOR = 11;
/** From here on the unlock code, five pulse digits, `x` and the charge delay exist. */
export const UNLOCK_MAJOR = 9;

const MODELS: Readonly<Record<string, WireModel>> = {
  "magstim-200": "200",
  "magstim-bistim": "bistim",
  "magstim-rapid2": "rapid",
  "magstim-super-rapid2": "rapid",
  "magstim-super-rapid2-plus": "rapid",
  "magstim-horizon": "horizon",
};

/** Null for a name that is no Magstim. */
export function wireModelOf(modelName: string): WireModel | null {
  return MODELS[modelName] ?? null;
}

/** The digits of a version text such as `V9.4.0` or `10.2`; null when there are none. */
export function parseVersion(text: string): readonly number[] | null {
  const runs = text.match(/\d+/g);
  return runs === null ? null : runs.map(Number);
}

/**
 * The version in the answer of a device. `nicolasmcnair/magpy`'s virtual one leaves letter and dots
 * out: of three digits or more without a dot the last two are the minor and the patch number. A
 * wrong guess shows at once, since the lengths of answers depend on the version.
 */
export function parseVersionAnswer(text: string): readonly number[] | null {
  const [, major, minor, patch] = /^V?(\d+)(\d)(\d)$/.exec(text) ?? [];
  return major === undefined ? parseVersion(text) : [Number(major), Number(minor), Number(patch)];
}

/** Null when the text holds no version. Without a text the newest version is assumed. */
export function dialectOf(
  model: WireModel,
  softwareVersion: string | null,
  highResolution: boolean,
): Dialect | null {
  if (softwareVersion === null) return { model, major: LATEST_MAJOR, highResolution };
  const major = parseVersion(softwareVersion)?.[0];
  return major === undefined ? null : { model, major, highResolution };
}
