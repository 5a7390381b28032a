/** `name:value;` from the host, with line feeds and the word `conf` before some. */
export interface Order {
  readonly name: string;
  readonly value: string;
}

/** An order that never ends is given up after so many bytes. */
const LONGEST_ORDER = 64;

/** Whatever the bytes are cut into. */
export function createOrderReader(): (bytes: Uint8Array) => readonly Order[] {
  let text = "";
  const take = (byte: number): readonly Order[] => {
    const char = String.fromCharCode(byte);
    if (char !== ";") {
      text = text.length < LONGEST_ORDER ? text + char : "";
      return [];
    }
    const [name = "", value = ""] = text
      .trim()
      .replace(/^conf\s+/, "")
      .split(":");
    text = "";
    return [{ name, value }];
  };
  return (bytes) => [...bytes].flatMap(take);
}
