/**
 * Commands to the dongle itself: F0, a code, and for some a value. It takes them out of what it sends
 * on by radio.
 */
const ESCAPE = 0xf0;
const STATUS = 0x07;
/** Channel set and override, poll time set. */
const WITH_VALUE: ReadonlySet<number> = new Set([0x01, 0x02, 0x04]);

export type DongleItem =
  | { readonly kind: "forward"; readonly byte: number }
  | { readonly kind: "status" };

/** Whatever the bytes are cut into. */
export function createDongle(): (bytes: Uint8Array) => readonly DongleItem[] {
  let expects: "anything" | "code" | "value" = "anything";

  const take = (byte: number): readonly DongleItem[] => {
    if (expects === "value") {
      expects = "anything";
      return [];
    }
    if (expects === "code") {
      expects = WITH_VALUE.has(byte) ? "value" : "anything";
      return byte === STATUS ? [{ kind: "status" }] : [];
    }
    if (byte !== ESCAPE) return [{ kind: "forward", byte }];
    expects = "code";
    return [];
  };

  return (bytes) => [...bytes].flatMap(take);
}
