/** Text of the board and its dongle; it ends with three dollar signs and nothing else. */

/** Ends every text. */
export const END_OF_TEXT = "$$$";
/** Longer than a register dump with a Daisy. */
export const LONGEST_TEXT = 8192;

export interface Firmware {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly raw: string;
}

export interface TextAnswer {
  /** Null: first-generation firmware, or no banner. */
  readonly firmware: Firmware | null;
  /** Converters that the banner names: two with a Daisy. */
  readonly ads: number;
  readonly eot: boolean;
  readonly failure: boolean;
  readonly success: boolean;
  /** What came behind the end. */
  readonly rest: string;
}

/** The rules of the peers: words anywhere, since packets may come before them; a version of the form v digit . digits . digits. */
export function readAnswer(text: string): TextAnswer {
  const end = text.indexOf(END_OF_TEXT);
  const body = end < 0 ? text : text.slice(0, end);
  const [raw, major, minor, patch] = /v(\d)\.(\d+)\.(\d+)/.exec(body) ?? [];
  return {
    firmware:
      raw === undefined
        ? null
        : { major: Number(major), minor: Number(minor), patch: Number(patch), raw },
    ads: body.split("ADS1299").length - 1,
    eot: end >= 0,
    failure: body.includes("Failure"),
    success: body.includes("Success"),
    rest: end < 0 ? "" : text.slice(end + END_OF_TEXT.length),
  };
}

/** Every banner of the family begins with the name. */
export const isBanner = (text: string): boolean => text.includes("OpenBCI");
