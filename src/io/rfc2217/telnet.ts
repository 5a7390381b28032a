/** The telnet layer (RFC 854, 855): data, options and sub-negotiations out of one stream, and back. */

/** What a stream holds, in order. */
export type TelnetPiece =
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "option"; readonly verb: OptionVerb; readonly option: number }
  | { readonly kind: "sub"; readonly option: number; readonly payload: Uint8Array };

export type OptionVerb = "will" | "wont" | "do" | "dont";

export interface TelnetDecoder {
  /** The pieces that are complete now. Commands that ask for nothing are left out. */
  push(bytes: Uint8Array): readonly TelnetPiece[];
}

const IAC = 0xff;
const SB = 0xfa;
const SE = 0xf0;
const VERB_CODES: Readonly<Record<OptionVerb, number>> = {
  will: 0xfb,
  wont: 0xfc,
  do: 0xfd,
  dont: 0xfe,
};
const VERBS: ReadonlyMap<number, OptionVerb> = new Map(
  (Object.keys(VERB_CODES) as OptionVerb[]).map((verb) => [VERB_CODES[verb], verb]),
);
/** More than any answer of RFC 2217 but its free text; a longer one is dropped whole. */
const LONGEST_SUB = 256;

/** Data as it travels: the byte that introduces commands stands twice. */
export function escapeData(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return Uint8Array.from(bytes);
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])));
}

export function optionFrame(verb: OptionVerb, option: number): Uint8Array {
  return Uint8Array.of(IAC, VERB_CODES[verb], option);
}

export function subFrame(option: number, payload: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SB, option, ...escapeData(payload), IAC, SE);
}

/** Where in the stream the next byte stands. */
type Place =
  | { readonly at: "data" }
  | { readonly at: "iac" }
  | { readonly at: "verb"; readonly verb: OptionVerb }
  | { readonly at: "sub-option" }
  | { readonly at: "sub"; readonly option: number }
  | { readonly at: "sub-iac"; readonly option: number };

export function createTelnetDecoder(): TelnetDecoder {
  let place: Place = { at: "data" };
  let payload: number[] = [];
  let data: number[] = [];
  let pieces: TelnetPiece[] = [];

  const endData = (): void => {
    if (data.length > 0) pieces.push({ kind: "data", bytes: Uint8Array.from(data) });
    data = [];
  };
  const command = (byte: number): Place => {
    const verb = VERBS.get(byte);
    if (verb !== undefined) return { at: "verb", verb };
    return byte === SB ? { at: "sub-option" } : { at: "data" };
  };
  const afterIac = (byte: number): Place => {
    if (byte !== IAC) return command(byte);
    data.push(IAC);
    return { at: "data" };
  };
  const endSub = (option: number): Place => {
    endData();
    if (payload.length <= LONGEST_SUB)
      pieces.push({ kind: "sub", option, payload: Uint8Array.from(payload) });
    return { at: "data" };
  };
  const inSub = (option: number, byte: number): Place => {
    if (payload.length <= LONGEST_SUB) payload.push(byte);
    return { at: "sub", option };
  };
  const afterSubIac = (option: number, byte: number): Place => {
    if (byte === IAC) return inSub(option, byte);
    // Anything but the end is another command: the sub-negotiation was cut.
    return byte === SE ? endSub(option) : command(byte);
  };
  const next = (byte: number): Place => {
    switch (place.at) {
      case "data":
        if (byte === IAC) return { at: "iac" };
        data.push(byte);
        return place;
      case "iac":
        return afterIac(byte);
      case "verb":
        endData();
        pieces.push({ kind: "option", verb: place.verb, option: byte });
        return { at: "data" };
      case "sub-option":
        payload = [];
        return { at: "sub", option: byte };
      case "sub":
        return byte === IAC ? { at: "sub-iac", option: place.option } : inSub(place.option, byte);
      case "sub-iac":
        return afterSubIac(place.option, byte);
    }
  };

  return {
    push: (bytes) => {
      for (const byte of bytes) place = next(byte);
      endData();
      const complete = pieces;
      pieces = [];
      return complete;
    },
  };
}
