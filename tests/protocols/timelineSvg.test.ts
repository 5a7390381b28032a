import { describe, expect, it } from "vitest";
import {
  hold,
  iTbs,
  pctAmt,
  pctRmt,
  protocol,
  rest,
  single,
  train,
} from "../../protocols/build.ts";
import { expandProtocol } from "../../protocols/expand.ts";
import { loadLibrary } from "../../protocols/library.ts";
import type { Protocol } from "../../protocols/types.ts";
import { timelineSvg } from "../../src/app/timelineSvg.ts";
import type { Plan } from "../../src/contract/dose.ts";
import type { Finding } from "../../src/contract/events.ts";
import type { CheckReport } from "../../src/safety/types.ts";
import { context } from "./fakeModel.ts";

function plan(of: Protocol): Plan {
  const expanded = expandProtocol(of, context());
  if (!expanded.ok) throw new Error(JSON.stringify(expanded.error));
  return expanded.value;
}

async function library(name: string): Promise<Plan> {
  const read = await loadLibrary(name);
  if (!read.ok) throw new Error(name);
  return plan(read.value);
}

const OK: CheckReport = { verdict: "ok", starts: true, findings: [] };

function finding(rule: string, tier: Finding["tier"], effect: Finding["effect"]): Finding {
  return { rule, tier, effect, detail: `${rule} says so`, source: "Rossi 2009" };
}

/** Tags of well-formed XML close in the reverse order of their opening. */
function isBalanced(svg: string): boolean {
  const open: string[] = [];
  for (const [, slash, name = "", self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (slash === "/") {
      if (open.pop() !== name) return false;
    } else if (self !== "/") {
      open.push(name);
    }
  }
  return open.length === 0;
}

describe("timeline picture", () => {
  it("says in one sentence what it shows, for those who cannot see it", async () => {
    const svg = timelineSvg(await library("koch-2022-precuneus-24wk"), OK);
    const title = /<svg [^>]*>\n<title>([^<]*)<\/title>/.exec(svg)?.[1];
    expect(title).toContain("Precuneus 20 Hz, 24 weeks");
    expect(title).toContain("1600 pulses");
  });

  it("shows totals, verdict and the rules that speak, the worst first", async () => {
    const findings = [
      finding("RMP-01", "warn", "shown"),
      finding("DUR-02", "soft", "shown"),
      finding("SCR-01", "hard", "not-applicable"),
    ];
    const svg = timelineSvg(await library("koch-2022-precuneus-24wk"), {
      verdict: "soft",
      starts: true,
      findings,
    });
    for (const words of [
      "1600",
      "40",
      "19 min 32 s",
      "45 %MSO",
      "100 %RMT of 45",
      "SOFT LIMIT",
      "a run would start",
    ]) {
      expect(svg).toContain(`>${words}</text>`);
    }
    expect(svg.indexOf(">DUR-02<")).toBeLessThan(svg.indexOf(">RMP-01<"));
    expect(svg).toContain("Not applicable here: SCR-01");
    expect(svg).toContain("One train: 40 pulses at 20 Hz, timed by the device");
    expect(svg).toContain("28.05 s without pulses");
  });

  it("says of a refused plan that it would not start", async () => {
    const report: CheckReport = {
      verdict: "hard",
      starts: false,
      findings: [finding("DUR-01", "hard", "blocks")],
    };
    const svg = timelineSvg(await library("ahmed-2012-20hz"), report);
    expect(svg).toContain(">HARD LIMIT<");
    expect(svg).toContain(">a run would not start<");
  });

  it("is well-formed and self-contained for every kind of pattern", async () => {
    for (const name of [
      "itbs-600",
      "ctbs-600",
      "qps-5",
      "lici",
      "io-curve",
      "rtms-1hz",
      "threed-10hz",
    ]) {
      const svg = timelineSvg(await library(name), OK);
      expect(isBalanced(svg), name).toBe(true);
      expect(svg, name).not.toMatch(/NaN|Infinity|undefined|href|<script|<style|url\(/);
    }
  });

  it("draws one bar for each train of the session", async () => {
    const svg = timelineSvg(await library("koch-2022-precuneus-24wk"), OK);
    const [, path = ""] = /<path d="([^"]*)"/.exec(svg) ?? [];
    expect(path.match(/M/g)).toHaveLength(40);
  });

  it("stays small for many pulses", () => {
    const many = plan(
      protocol({
        id: "many",
        blocks: [
          train({
            intensity: pctRmt(90),
            frequencyHz: 1,
            pulsesPerTrain: 1,
            trains: 20_000,
            interTrainIntervalS: 1,
          }),
        ],
      }),
    );
    expect(timelineSvg(many, OK).length).toBeLessThan(60_000);
  });

  it("names blocks and holds, and shows text of a file as text", () => {
    const visit = plan(
      protocol({
        id: "visit",
        name: "A <b>visit</b> & more",
        blocks: [
          single({ label: "before", intensity: pctRmt(120), totalPulses: 20, interPulseS: [4, 6] }),
          rest(30),
          hold("turn the coil"),
          iTbs({ label: "iTBS", intensity: pctAmt(80) }),
        ],
      }),
    );
    const svg = timelineSvg(visit, OK);
    expect(svg).toContain(">hold: turn the coil<");
    expect(svg).toContain(">before<");
    expect(svg).toContain("A &#60;b&#62;visit&#60;/b&#62; &#38; more");
    expect(isBalanced(svg)).toBe(true);
  });

  it("raises the scale for a plan above 100 %MSO", () => {
    const high = plan(
      protocol({
        id: "x",
        blocks: [train({ intensity: pctRmt(290), frequencyHz: 1, pulsesPerTrain: 2, trains: 1 })],
      }),
    );
    expect(timelineSvg(high, OK)).toContain(">140</text>");
  });
});
