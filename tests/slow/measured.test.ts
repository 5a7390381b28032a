import { afterAll, describe, expect, it } from "vitest";
import { subjectOf } from "../../simulators/person/subjects.ts";
import { fingerprintOf } from "../../src/app/fingerprint.ts";
import { recompute } from "../../src/app/measure/recompute.ts";
import { readJournal } from "../../src/journal/read.ts";
import { measuredSession, measuresNamed } from "../app/measure/measuredSession.ts";
import { shortPairs } from "../app/measure/protocols.ts";
import { ownFolder, runMeasuredOnce } from "./running.ts";

const folder = ownFolder();
afterAll(() => folder.remove());

interface Group {
  readonly condition: string;
  readonly measure: {
    readonly value: number | null;
    readonly details: Readonly<Record<string, number>>;
  } | null;
}

/** Logarithm of conditioned over test at N20 + 2 ms, many trials of one person. */
async function logRatio(subject: string, seed: number): Promise<number> {
  const session = await measuredSession({
    protocol: shortPairs("sai", ["N20+2"], 40),
    subject,
    seed,
  });
  expect(session).toMatchObject({ status: "completed", detail: "" });
  expect(session.again.differing).toEqual([]);
  const [result] = measuresNamed(session, "result");
  const groups = (result?.["groups"] ?? []) as readonly Group[];
  const ratio = groups.find(({ condition }) => condition === "ISI N20+2")?.measure;
  return Math.log(ratio?.value ?? Number.NaN);
}

async function meanRatio(subject: string, seeds: readonly number[]): Promise<number> {
  let sum = 0;
  for (const seed of seeds) sum += await logRatio(subject, seed);
  return Math.exp(sum / seeds.length);
}

describe("afferent inhibition, with everything it needs measured first", () => {
  // Tokimura 2000, Di Lazzaro 2004: a nerve stimulus halves the response or nearly so, and hardly does in Alzheimer's disease.
  it("is clear in a healthy person and weaker in mild dementia of the Alzheimer type", async () => {
    const healthy = await meanRatio("healthy-older", [1, 2, 3]);
    const demented = await meanRatio("ad-mild", [1, 2, 3]);
    expect(healthy).toBeLessThan(0.8);
    expect(demented).toBeGreaterThan(healthy + 0.1);
  });
});

describe.each(["healthy-older", "ad-mild"])("the whole protocol in %s", (subject) => {
  it("has the same fingerprint twice, an N20 that is the person's, and numbers that come out again", async () => {
    const db = `${folder.path}/${subject}.db`;
    const options = { db, seed: 1, subject, speed: "max", json: true } as const;
    const sessions = [await runMeasuredOnce("sai", options), await runMeasuredOnce("sai", options)];
    const journal = readJournal(db);
    const prints = sessions.map(({ session }) => fingerprintOf(journal.each(session)));
    expect(prints[1]).toBe(prints[0]);
    for (const { session, status } of sessions) {
      expect(status).toBe("completed");
      const again = recompute(journal.each(session), (hash) => journal.document(hash));
      expect(again.differing).toEqual([]);
      expect(again.same).toBeGreaterThan(500);
    }
    const events = journal.events(sessions[0]?.session ?? "none");
    const [n20] = measuresNamed({ events }, "n20");
    expect(Math.abs(Number(n20?.["n20Ms"]) - subjectOf(subject).n20Ms)).toBeLessThan(1);
    journal.close();
  });
});
