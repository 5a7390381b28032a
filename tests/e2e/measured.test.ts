import Database from "better-sqlite3";
import { describe, expect } from "vitest";
import type { StoredEvent } from "../../src/contract/events.ts";
import { eventsOf, jsonLines, type Lab, PATIENCE_MS, test } from "./lab.ts";

const PROTOCOL = JSON.stringify({
  pulsetrain: 1,
  id: "responses",
  intensity: { value: 120, base: "%RMT" },
  pattern: { type: "single", totalPulses: 4, interPulseS: [4, 6] },
  measure: { what: "mep" },
});

/** A measured session of a few seconds, its number the last line that it prints. */
async function measured(lab: Lab, more: readonly string[] = []): Promise<string> {
  const protocol = lab.file("responses.json", PROTOCOL);
  const defaults = ["--threshold", "RMT=57", "--subject", "healthy-older", "--speed", "max"];
  const { code, stderr, stdout } = await lab.cli([
    "run",
    protocol,
    ...defaults,
    "--db",
    lab.db,
    "--json",
    ...(more.length > 0 ? more : ["--seed", "1"]),
  ]);
  expect(code, stderr).toBe(0);
  const [summary] = jsonLines<{ readonly session: string }>(stdout);
  return summary?.session ?? "none";
}

interface Recomputed {
  readonly same: number;
  readonly differing: readonly { readonly what: string; readonly why: string }[];
}

async function recomputed(
  lab: Lab,
  session: string,
): Promise<{ readonly code: number | null; readonly said: Recomputed | undefined }> {
  const args = ["journal", "recompute", session, "--db", lab.db, "--json"];
  const { code, stdout } = await lab.cli(args);
  return { code, said: jsonLines<Recomputed>(stdout)[0] };
}

async function fingerprint(lab: Lab, session: string): Promise<string> {
  const { code, stdout } = await lab.cli(["journal", "fingerprint", session, "--db", lab.db]);
  expect(code).toBe(0);
  return stdout.trim();
}

/** As somebody would who can write the file. */
function forge(lab: Lab, sql: string): void {
  const raw = new Database(lab.db);
  raw.exec(`DROP TRIGGER event_no_update; DROP TRIGGER document_no_update; ${sql}`);
  raw.close();
}

const trialsOf = (events: readonly StoredEvent[]): readonly Readonly<Record<string, unknown>>[] =>
  eventsOf(events, "measure").flatMap(({ body, name }) => (name === "trial" ? [body] : []));

describe.concurrent("a measured session", { timeout: PATIENCE_MS }, () => {
  test("has the fingerprint of its seed, wherever in a journal it stands, and all its numbers come out again", async ({
    lab,
  }) => {
    const first = await measured(lab);
    expect(trialsOf(lab.events())).toHaveLength(4);
    const again = await measured(lab);
    const other = await measured(lab, ["--seed", "2"]);
    const prints = [];
    for (const session of [first, again, other]) prints.push(await fingerprint(lab, session));
    expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(prints[1]).toBe(prints[0]);
    expect(prints[2]).not.toBe(prints[0]);
    const { code, said } = await recomputed(lab, first);
    expect(said?.differing).toEqual([]);
    expect(said?.same).toBeGreaterThan(30);
    expect(code).toBe(0);
  });

  test("does not come out again when a size of a trial was changed, and its fingerprint is another", async ({
    lab,
  }) => {
    const session = await measured(lab);
    const before = await fingerprint(lab, session);
    const [size] = trialsOf(lab.events()).map(({ peakToPeakUv }) => Number(peakToPeakUv));
    forge(
      lab,
      `UPDATE event SET body = replace(body, '"peakToPeakUv":${size}', '"peakToPeakUv":${(size ?? 0) + 250}') WHERE body LIKE '%"trial"%'`,
    );
    const { code, said } = await recomputed(lab, session);
    expect(code).toBe(2);
    expect(said?.differing.map(({ what }) => what)).toContain("size");
    expect(await fingerprint(lab, session)).not.toBe(before);
    const verified = await lab.cli(["journal", "verify", "--db", lab.db]);
    expect(verified.code).toBe(2);
  });

  test("does not come out again when a value of its result was changed", async ({ lab }) => {
    const session = await measured(lab);
    forge(
      lab,
      `UPDATE event SET body = replace(body, '"trials":4', '"trials":40') WHERE body LIKE '%"result"%'`,
    );
    const { code, said } = await recomputed(lab, session);
    expect(code).toBe(2);
    expect(said?.differing).toHaveLength(1);
    expect(said?.differing[0]?.what).toMatch(/^mep /);
  });

  test("shows the box's and the stimulator's frames of a nerve pair, each on its own cable", async ({
    lab,
  }) => {
    const pair = JSON.stringify({
      pulsetrain: 1,
      id: "pairs",
      intensity: { value: 60, base: "%MSO" },
      pattern: {
        type: "paired",
        isiMs: ["N20+2"],
        conditioning: { value: null, base: "median nerve" },
        test: { value: 60, base: "%MSO" },
        trialsPerCondition: 2,
        unconditionedTrials: 1,
        interPulseS: [5, 6],
      },
    });
    const run = await lab.cli([
      "run",
      lab.file("pairs.json", pair),
      ...["--latency", "N20=20.1", "--threshold", "RMT=57", "--speed", "max", "--db", lab.db],
      "--json",
    ]);
    expect(run.code, run.stderr).toBe(0);
    const leads = eventsOf(lab.events(), "intent").map(({ dose }) => dose.nerve?.leadMs ?? null);
    expect([...leads].sort()).toEqual([22.1, 22.1, null]);
    const [{ session: last } = { session: "none" }] = jsonLines<{ readonly session: string }>(
      run.stdout,
    );
    const cable = async (more: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await lab.cli([
        ...["wire", "show", last, "--db", lab.db],
        ...more,
      ]);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const stimulator = await cable([]);
    const firing = await cable(["--port", "trigger"]);
    const nerve = await cable(["--port", "nerve"]);
    expect(stimulator.split("\n").length).toBeGreaterThan(10);
    // The boxes' own words for a pulse on line 1: three of the coil, two of the nerve.
    const pulses = (text: string): number =>
      text.split("\n").filter((line) => / > .*50203031/.test(line)).length;
    expect(pulses(firing)).toBe(3);
    expect(pulses(nerve)).toBe(2);
    expect(pulses(stimulator)).toBe(0);
  });

  test("of an epoch that was exchanged says so instead of measuring another one", async ({
    lab,
  }) => {
    const session = await measured(lab);
    const [hash] = trialsOf(lab.events()).map(({ epoch }) => String(epoch));
    forge(
      lab,
      `UPDATE document SET json = replace(json, '"rateHz":5000', '"rateHz":2500') WHERE hash = '${hash}'`,
    );
    const { code, stderr } = await lab.cli(["journal", "recompute", session, "--db", lab.db]);
    expect(code).toBe(2);
    expect(stderr).toContain("JOURNAL_BROKEN_CHAIN");
  });
});
