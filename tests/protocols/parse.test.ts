import { describe, expect, it } from "vitest";
import { parseProtocolText } from "../../protocols/parse.ts";
import { problemLine } from "../../protocols/problems.ts";

function problems(text: string): readonly string[] {
  const read = parseProtocolText(text, "lab.yaml");
  return read.ok ? [] : read.error.map(problemLine);
}

const GOOD = `pulsetrain: 1
id: lab-1
target: M1 hotspot
intensity: { value: 100, base: "%RMT" }
pattern:
  type: conventional
  frequencyHz: 20
  pulsesPerTrain: 40
  interTrainIntervalS: 28
  trains: 40
`;

describe("protocol files", () => {
  it("reads a short file and leaves unknown figures null", () => {
    const read = parseProtocolText(GOOD, "lab.yaml");
    if (!read.ok) throw new Error(problems(GOOD).join("\n"));
    expect(read.value.name).toBe("lab-1");
    expect(read.value.species).toBe("human");
    expect(read.value.target).toEqual(["M1 hotspot"]);
    expect(read.value.pattern).toMatchObject({
      type: "conventional",
      trainDurationS: null,
      totalPulses: null,
    });
    expect(read.value.intensity).toMatchObject({ value: 100, toBeMeasured: false, ramp: null });
  });

  it("reads the same protocol from YAML and from JSON", () => {
    const yaml = parseProtocolText(GOOD, "a.yaml");
    const pattern = {
      type: "conventional",
      frequencyHz: 20,
      pulsesPerTrain: 40,
      interTrainIntervalS: 28,
      trains: 40,
    };
    const intensity = { value: 100, base: "%RMT" };
    const json = JSON.stringify(
      { pulsetrain: 1, id: "lab-1", target: ["M1 hotspot"], intensity, pattern },
      null,
      "\t",
    );
    expect(parseProtocolText(json, "a.json")).toEqual(yaml);
  });

  it("answers a wrong unit with the key that was meant, at the key's line", () => {
    expect(problems(GOOD.replace("pulsesPerTrain: 40", "durationMs: 2000"))).toEqual([
      "lab.yaml:8:3 pattern.durationMs: expected the key trainDurationS, got the key durationMs",
    ]);
    expect(problems(GOOD.replace("interTrainIntervalS", "interTrainIntervalMs"))).toEqual([
      "lab.yaml:9:3 pattern.interTrainIntervalMs: expected the key interTrainIntervalS, got the key interTrainIntervalMs",
    ]);
    expect(problems(GOOD.replace("frequencyHz", "freq"))).toEqual([
      "lab.yaml:6:3 pattern.frequencyHz: expected a number above 0, at most 1000 Hz, got nothing",
      "lab.yaml:7:3 pattern.freq: expected the key frequencyHz, got the key freq",
    ]);
  });

  it("lists the known keys when nothing is near", () => {
    const [line] = problems(`${GOOD}schedule: { zzz: 1 }\n`);
    expect(line).toBe(
      "lab.yaml:11:13 schedule.zzz: expected one of the keys sessions, perDay, interSessionMin, text, got the key zzz",
    );
  });

  it("reports every problem of a file at once, in the order of its lines", () => {
    const text = GOOD.replace("trains: 40", "trains: 2.5")
      .replace("value: 100", "value: -3")
      .replace("id: lab-1", "id: a b");
    expect(problems(text)).toEqual([
      'lab.yaml:2:5 id: expected letters, digits, dots, dashes and underscores, got "a b"',
      "lab.yaml:4:21 intensity.value: expected a number above 0, at most 300 %, got -3",
      "lab.yaml:10:11 pattern.trains: expected a whole number from 1 to 100000, got 2.5",
    ]);
  });

  it("asks for quotes around a base that starts with a percent sign", () => {
    expect(problems(GOOD.replace('"%RMT"', "%RMT"))[0]).toContain(
      'expected quotes around text that starts with %, as in "%RMT"',
    );
  });

  it("refuses a key that stands twice", () => {
    expect(problems(`${GOOD}id: again\n`)[0]).toContain("lab.yaml:11:1 expected each key once");
  });

  it("refuses another format version, an empty file and a file that is no map", () => {
    expect(problems(GOOD.replace("pulsetrain: 1", "pulsetrain: 2"))).toEqual([
      "lab.yaml:1:13 pulsetrain: expected the format version 1, got 2",
    ]);
    expect(problems("")).toEqual(["lab.yaml:1:1 expected a protocol: a map of keys, got null"]);
    expect(problems("- 1\n")).toEqual(["lab.yaml:1:1 expected a protocol: a map of keys, got [1]"]);
  });

  it("survives aliases that contain themselves or multiply", () => {
    expect(problems(`${GOOD}coil: &x { a: *x }\n`)[0]).toMatch(
      /^lab.yaml:11:\d+ coil: expected text, got /,
    );
    const bomb = [
      "a: &a [1,1,1,1,1,1,1,1,1,1]",
      "b: &b [*a,*a,*a,*a,*a,*a,*a,*a]",
      "c: &c [*b,*b,*b,*b,*b,*b,*b,*b]",
      "d: [*c,*c,*c]",
    ];
    expect(problems(bomb.join("\n"))[0]).toContain("expected plain values without aliases");
  });

  it("wants either one pattern or blocks", () => {
    expect(problems("pulsetrain: 1\nid: a\n")).toEqual([
      "lab.yaml:1:1 pattern: expected a pattern, or a list of blocks, got nothing",
      "lab.yaml:1:1 intensity: expected an intensity: value and base, got nothing",
    ]);
    expect(problems(`${GOOD}blocks: [{ restS: 1 }]\n`)).toEqual([
      'lab.yaml:4:12 intensity: expected the intensity inside each block, got {"value":100,"base":"%RMT"}',
      expect.stringContaining("lab.yaml:6:3 pattern: expected either pattern or blocks, not both"),
    ]);
  });

  it("names the field inside a block, and the key that a mistyped block likely meant", () => {
    const text = `pulsetrain: 1
id: a
blocks:
  - label: one
    intensity: { value: 100, base: "%RMT" }
    pattern: { type: single, totalPulses: 3, interPulseS: [5, 4] }
  - rest: 20
  - restS: -1
  - waitUntil: { afterS: 3, from: block-start }
  - repeat: 2
    blocks: [{ restMs: 5 }]
  - label: two
    intensity: { value: 100 }
    pattern: { type: TBS }
`;
    const found = problems(text);
    expect(found[0]).toContain(
      "lab.yaml:6:59 blocks[0].pattern.interPulseS: expected two numbers [shortest, longest] in s",
    );
    expect(found[1]).toContain("lab.yaml:7:5 blocks[1]: expected a block:");
    expect(found[1]).toContain("(the key restS in place of rest)");
    expect(found[2]).toContain("lab.yaml:8:12 blocks[2].restS: expected a number above 0");
    expect(found[3]).toContain(
      "blocks[3].waitUntil.block: expected the label of an earlier block, got nothing",
    );
    expect(found[4]).toContain("lab.yaml:11:14 blocks[4].blocks[0]: expected a block:");
    expect(found[5]).toContain("blocks[5].intensity.base: expected text, got nothing");
    expect(found[6]).toContain(
      "blocks[5].pattern.type: expected a pattern: a map with a type, one of conventional",
    );
    expect(found).toHaveLength(7);
  });

  it("lets a ramp soften an intensity and never raise it", () => {
    const ramp = (toPct: number): string =>
      GOOD.replace(
        'base: "%RMT"',
        `base: "%RMT", ramp: { fromPct: 70, toPct: ${toPct}, trains: 5 }`,
      );
    expect(problems(ramp(100))).toEqual([]);
    expect(problems(ramp(101))[0]).toContain(
      "intensity.ramp.toPct: expected a number above 0, at most 100 %",
    );
  });

  it("takes custom pulse times only when they rise from 0", () => {
    const custom = (times: string): string =>
      GOOD.replace(/pattern:[\s\S]*/, `pattern: { type: custom, pulseTimesMs: ${times} }\n`);
    expect(problems(custom("[0, 10, 30]"))).toEqual([]);
    expect(problems(custom("[5, 10]"))[0]).toContain("expected times that start with 0");
    expect(problems(custom("[0, 10, 10]"))[0]).toContain("expected rising times");
  });
});
