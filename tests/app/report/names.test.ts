import { describe, expect, it } from "vitest";
import { redactorOf } from "../../../src/app/report/names.ts";
import { portWords } from "../../../src/app/report/page/words.ts";

describe("names in free text", () => {
  const redact = redactorOf(["Dr. Anna van Beek-Lund", "J. O'Hara"]);

  it("are taken out whole, in parts and in any case", () => {
    expect(redact("agreed with Dr. Anna van Beek-Lund")).toBe("agreed with [name]");
    expect(redact("ANNA: dr. anna van beek-lund agrees")).not.toMatch(/beek/i);
    expect(redact("Anna said so, O'Hara too")).toBe("[name] said so, [name] too");
    expect(redact("ask Beek or Lund")).toBe("ask [name] or [name]");
  });

  it("are not looked for inside other words, and titles are no names", () => {
    expect(redact("Annabelle and the Dr. van")).toBe("Annabelle and the Dr. van");
    expect(redactorOf(["May"])("Maybe in May")).toBe("Maybe in [name]");
  });

  it("may be written with signs that mean something in a pattern", () => {
    expect(redactorOf(["A. (B) [C] + *"])("by A. (B) [C] + * today")).toBe("by [name] today");
  });

  it("leave everything else as it is", () => {
    expect(redactorOf([])("nobody")).toBe("nobody");
  });
});

describe("a port", () => {
  it.each([
    ["/dev/ttyUSB0", "/dev/ttyUSB0"],
    ["COM3", "COM3"],
    ["simulated", "simulated"],
    ["tcp://localhost:7000", "tcp://localhost:7000"],
    ["usb:0403:6001", "usb:0403:6001"],
    ["/home/anna/links/rapid", "…/rapid"],
    ["~/rapid", "…/rapid"],
    ["C:\\Users\\anna\\rapid", "…/rapid"],
    [null, null],
  ])("%s is shown without whose folder it stands in", (port, shown) => {
    expect(portWords(port)).toBe(shown);
  });
});
