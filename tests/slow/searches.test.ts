import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { subjectOf } from "../../simulators/person/subjects.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import {
  type MeasuredSession,
  measuredSession,
  measuresNamed,
} from "../app/measure/measuredSession.ts";
import { fewPulses, shortPairs } from "../app/measure/protocols.ts";

interface Found {
  readonly kind: string;
  readonly percentMso: number | null;
  readonly result: {
    readonly method: string;
    readonly outcome: { readonly kind: string; readonly why?: string };
    readonly trace: readonly { readonly askedPctMso: number }[];
  };
}

const thresholds = (session: MeasuredSession): readonly Found[] =>
  measuresNamed(session, "threshold") as unknown as readonly Found[];

const { protocol: RMT } = resolveProtocol("mt-ml-pest");

const BISTIM = `name: bistim
simulated: true
stimulator: { driver: magstim-bistim, port: simulated, mains: 240 }
amplifier: { driver: brainvision-rda, port: simulated }
`;
const folder = mkdtempSync(join(tmpdir(), "pulsetrain-searches-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a threshold", () => {
  it("comes out as the person's own, search after search, by the usual method", async () => {
    // On the device of these figures: two monophasic units at one coil.
    const rig = join(folder, "bistim.yaml");
    writeFileSync(rig, BISTIM);
    for (const subject of ["healthy-young", "healthy-older"]) {
      const found: number[] = [];
      for (const seed of [1, 2, 3]) {
        const session = await measuredSession({ protocol: RMT, subject, seed, rig });
        const [rmt] = thresholds(session);
        expect(rmt).toMatchObject({ kind: "RMT", result: { method: "ml-pest" } });
        expect(session.again.differing).toEqual([]);
        found.push(rmt?.percentMso ?? Number.NaN);
      }
      const mean = found.reduce((sum, pct) => sum + pct, 0) / found.length;
      const off = Math.abs(mean - (subjectOf(subject).rmtPctMso ?? 0));
      expect(off, `${subject}: ${found.join(", ")}`).toBeLessThan(3);
    }
  });

  it.each(["mills-nithi", "relative-frequency", "staircase-4321"])(
    "can be hunted by %s before a protocol that needs it",
    async (method) => {
      const session = await measuredSession({
        protocol: fewPulses("csp", 2),
        subject: "healthy-older",
        methods: { RMT: method },
      });
      expect(session).toMatchObject({ status: "completed", detail: "" });
      const [rmt] = thresholds(session);
      expect(rmt?.result.method).toBe(method);
      // What is given after it is given by it.
      const asked = session.events.flatMap((event) =>
        event.kind === "intent" && event.dose.place.condition === null
          ? [event.dose.intensityPctMso[0] ?? 0]
          : [],
      );
      expect(asked.at(-1)).toBe(Math.round(1.2 * (rmt?.percentMso ?? 0)));
    },
  );

  it("of a contracted muscle lies below that at rest, and the muscle rests again after it", async () => {
    const session = await measuredSession({
      protocol: { ...RMT, measure: { what: "threshold", kind: "AMT", method: null } },
      subject: "healthy-older",
      threshold: ["RMT=56"],
    });
    expect(session).toMatchObject({ status: "completed", detail: "" });
    const [amt] = thresholds(session);
    expect(amt?.percentMso).toBeGreaterThan(0.6 * 56);
    expect(amt?.percentMso).toBeLessThan(0.98 * 56);
  });
});

describe("N20", () => {
  // Each seed gives the channels other artefacts.
  it.each([
    ["healthy-older", 1],
    ["healthy-young", 2],
    ["ad-mild", 3],
    ["mci-amyloid", 4],
  ])("of %s (seed %s) is the person's own", async (subject, seed) => {
    const session = await measuredSession({
      protocol: shortPairs("sai", ["N20+2"], 1),
      subject,
      seed,
      threshold: ["RMT=57", "1mV=60"],
    });
    const [n20] = measuresNamed(session, "n20");
    expect(Math.abs(Number(n20?.["n20Ms"]) - subjectOf(subject).n20Ms)).toBeLessThan(1);
    expect(n20?.["sweeps"]).toBeGreaterThan(295);
  });
});

describe("the hotspot", () => {
  it("is looked for in random order and lies where the person has it", async () => {
    const session = await measuredSession({
      protocol: resolveProtocol("hotspot-search").protocol,
      subject: "healthy-older",
      threshold: ["RMT=56"],
    });
    expect(session).toMatchObject({ status: "completed", detail: "" });
    const [result] = measuresNamed(session, "result");
    const { hotspot } = subjectOf("healthy-older");
    expect(hotspot.lateralMm).toBeGreaterThan(5);
    expect(String(result?.["site"])).toContain("10 mm lateral");
    const groups = (result?.["groups"] ?? []) as readonly {
      readonly n: number;
      readonly rejected: number;
    }[];
    expect(groups).toHaveLength(9);
    for (const { n, rejected } of groups) expect(n + rejected).toBe(5);
    const sites = measuresNamed(session, "trial").map(({ site }) => site);
    expect([...new Set(sites)]).not.toEqual([...new Set(sites)].sort());
    expect(session.again.differing).toEqual([]);
  });
});
