import { describe, expect, it } from "vitest";
import data from "../../src/safety/limits.json" with { type: "json" };
import { cite, loadDefaultProfile, parseProfile, profileHash } from "../../src/safety/limits.ts";
import { lookUp } from "../../src/safety/tables.ts";

const profile = loadDefaultProfile();

/** Every object in the data that names a source. */
function sourced(
  value: unknown,
  path = "",
): readonly { path: string; source: string; mark: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  const here =
    typeof record["source"] === "string"
      ? [{ path, source: record["source"], mark: record["mark"] }]
      : [];
  return [...here, ...Object.keys(record).flatMap((key) => sourced(record[key], `${path}/${key}`))];
}

describe("the limit profile that ships", () => {
  it("is loaded once and hashes the same each time", () => {
    expect(loadDefaultProfile()).toBe(profile);
    expect(profileHash(profile)).toMatch(/^[0-9a-f]{64}$/);
    expect(profileHash(structuredClone(profile))).toBe(profileHash(profile));
  });

  it("has another hash when any figure is another", () => {
    const other = { ...profile, thermal: { ...profile.thermal, hardC: 41 } };
    expect(profileHash(other)).not.toBe(profileHash(profile));
  });

  it("names a known source and a known mark for every figure", () => {
    const named = sourced(data);
    expect(named.length).toBeGreaterThan(20);
    for (const { path, source, mark } of named) {
      expect(Object.keys(profile.sources), path).toContain(source);
      expect(Object.keys(profile.marks), path).toContain(mark);
    }
  });

  it("cites with the mark, and by the key where the source is not listed", () => {
    expect(cite(profile, { source: "Chen1997", mark: "verified" })).toMatch(
      /^Chen 1997.*\(verified\)$/,
    );
    expect(cite(profile, { source: "Nobody1900", mark: "proposal" })).toBe("Nobody1900 (proposal)");
  });

  it("keeps every stricter limit below the harder one", () => {
    const { dose, sessions, thermal, trainDuration, patterns } = profile;
    for (const { allowed, max } of [dose.session, dose.day, dose.week])
      expect(allowed).toBeLessThan(max);
    expect(sessions.hardMin).toBeLessThan(sessions.publishedMin);
    expect(sessions.publishedMin).toBeLessThan(sessions.standardMin);
    expect(thermal.softC).toBeLessThan(thermal.hardC);
    expect(patterns.tbsCaps.allowedPulsesPerSession).toBeLessThan(
      patterns.tbsCaps.maxPulsesPerSession,
    );
    for (const { frequencyHz, maxS, censored } of trainDuration.soft.rows) {
      trainDuration.soft.intensityPctRmt.forEach((pct, i) => {
        if (censored[i] === true) return;
        expect(maxS[i]).toBeLessThanOrEqual(
          lookUp(trainDuration.hard, frequencyHz, pct)?.maxS ?? 0,
        );
      });
    }
  });

  it("has the 10, 20 and 25 Hz cells of Chen 1997 within two pulses of three quarters of the consensus table", () => {
    const { hard, soft } = profile.trainDuration;
    for (const { frequencyHz, maxS } of soft.rows.filter((row) => row.frequencyHz >= 10)) {
      soft.intensityPctRmt.forEach((pct, i) => {
        const cell = lookUp(hard, frequencyHz, pct);
        if (cell === null || cell.censored) return;
        expect(Math.abs((maxS[i] ?? 0) - 0.75 * cell.maxS) * frequencyHz).toBeLessThanOrEqual(2);
      });
    }
  });

  it("asks the thirteen questions, and each absolute one is among them", () => {
    expect(new Set(profile.screening.questions).size).toBe(13);
    for (const key of profile.screening.absolute)
      expect(profile.screening.questions).toContain(key);
  });
});

describe("a profile from outside", () => {
  it("is taken when it is whole", () => {
    expect(parseProfile(structuredClone(data))).toMatchObject({ ok: true });
  });

  const { hard } = data.trainDuration;
  it.each([
    [
      "a missing figure",
      { ...data, thermal: { ...data.thermal, hardC: undefined } },
      "thermal.hardC",
    ],
    ["a misspelt key", { ...data, thermal: { ...data.thermal, hardc: 40 } }, "thermal"],
    ["an unknown mark", { ...data, dose: { ...data.dose, mark: "sure" } }, "dose.mark"],
    [
      "a row that is too short",
      {
        ...data,
        trainDuration: {
          ...data.trainDuration,
          hard: { ...hard, rows: [{ frequencyHz: 1, maxS: [1], censored: [true] }] },
        },
      },
      "one cell a column",
    ],
    [
      "columns that do not ascend",
      {
        ...data,
        trainDuration: {
          ...data.trainDuration,
          hard: { ...hard, intensityPctRmt: [90, 100, 110, 130, 120] },
        },
      },
      "columns ascend",
    ],
    [
      "rows that do not ascend",
      {
        ...data,
        trainDuration: { ...data.trainDuration, hard: { ...hard, rows: [...hard.rows].reverse() } },
      },
      "rows ascend",
    ],
    [
      "more than full output",
      { ...data, single: { ...data.single, maxPctMso: 110 } },
      "single.maxPctMso",
    ],
    ["nothing", null, ""],
  ])("is refused with %s, and the field is named", (_, value, words) => {
    const parsed = parseProfile(value);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.error).toContain(words);
  });
});
