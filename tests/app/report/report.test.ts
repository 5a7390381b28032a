/** The page: what it says, what it never says, and what it stands on. */
import { describe, expect, it } from "vitest";
import { buildReport, type ReportSource } from "../../../src/app/report/report.ts";
import { tempFile } from "../../journal/temp.ts";
import { GOLDEN_NAMES, readGolden } from "../../replay/golden.ts";
import { attributesOf, elementsOf, wordsOf } from "./svg.ts";
import { SIMULATED_BODY, startVisit, type Visit } from "./visit.ts";

const REAL_BODY: Readonly<Record<string, unknown>> = {
  ...SIMULATED_BODY,
  simulated: false,
  subject: "AD-017",
  limitsAccepted: true,
  rig: {
    name: "lab-2",
    simulated: false,
    stimulator: {
      driver: "magstim-super-rapid2",
      port: "/dev/ttyUSB0",
      mains: 240,
      coilSerial: "3190-7",
      unlockCode: "file:/home/berta/secret-code.txt",
      options: { token: "env:HUSH" },
    },
    amplifier: { driver: "spikerbox", port: "/dev/ttyACM0", options: { token: "abc-secret" } },
  },
  facts: {
    operator: "Berta Quellwasser",
    subject: "AD-017",
    species: "human",
    thresholds: [
      {
        kind: "RMT",
        percentMso: 52.5,
        hemisphere: "left",
        muscle: "FDI",
        coilSerial: "3190-7",
        stimulator: "magstim-super-rapid2",
        waveform: "biphasic",
        currentDirection: "PA",
        method: "relative-frequency",
        measuredAt: "2026-03-01T08:30:00Z",
      },
    ],
    screening: {
      answers: { seizure_or_epilepsy: false, medication: true },
      reviewedBy: "Dr. Anselm Morgenthau",
      decision: "Anselm Morgenthau agrees",
    },
    today: { sleepHours: 4, remark: "was brought by Frau Wintergruen" },
    checklist: {
      hearingProtection: true,
      coilId: "3190-7",
      emergencyStopTested: true,
      operatorPresent: false,
    },
    overrides: [
      {
        rule: "DUR-02",
        reason: "as published, agreed with Anselm Morgenthau on Monday",
        approvedBy: "Dr. Anselm Morgenthau",
        reference: "EC 12/2026",
        expires: "2026-04-01T00:00:00Z",
      },
    ],
    firstSession: false,
    startedUtc: "2026-03-01T09:00:00Z",
  },
};

function report(visit: Visit): {
  readonly html: string;
  readonly words: string;
  readonly head: string;
} {
  const { html, head } = buildReport(visit.journal.read, "visit-1");
  return { html, words: wordsOf(html), head };
}

function realVisit(): Visit {
  const visit = startVisit(tempFile(), { body: REAL_BODY });
  const { append } = visit;
  visit.segment("koch-2022");
  append({
    kind: "check",
    segment: 1,
    verdict: "soft",
    findings: [
      {
        rule: "DUR-02",
        tier: "soft",
        effect: "overridden",
        detail: "40 pulses; approved by Dr. Anselm Morgenthau (EC 12/2026) until 2026-04-01",
        source: "Chen 1997, Electroencephalogr Clin Neurophysiol 105:415-421",
      },
      { rule: "SCR-02", tier: "hard", effect: "not-applicable", detail: "d", source: "s" },
    ],
  });
  append({
    kind: "override",
    rule: "DUR-02",
    reason: "as published, agreed with Anselm Morgenthau on Monday",
    approvedBy: "Dr. Anselm Morgenthau",
    reference: "EC 12/2026",
    expires: "2026-04-01T00:00:00Z",
  });
  visit.dose({ kind: "train", pulses: 40, frequencyHz: 20 }, [52], { lateMs: 0.25 });
  visit.dose({ kind: "train", pulses: 40, frequencyHz: 20 }, [52], { outcome: "unknown" });
  visit.dose({ kind: "train", pulses: 40, frequencyHz: 20 }, [52], { outcome: "skipped-late" });
  append({ kind: "measure", name: "amplifier-loss", body: { frames: 120, atLeast: true } });
  append({ kind: "measure", name: "amplifier-stall", body: { silentMs: 900 } });
  append({ kind: "equipment", what: "coil", was: "3190-7", now: "3190-9" });
  append({
    kind: "refused",
    intent: null,
    code: "GATE_THRESHOLD_VOID",
    rule: "INT-02",
    detail: "coil",
  });
  append({ kind: "note", text: "Berta fetched the other coil" });
  append({ kind: "stop", by: "SIGINT", detail: "berta quellwasser pressed it" });
  visit.end("stopped");
  return visit;
}

describe("the page of a session on a real rig", () => {
  const { html, words, head } = report(realVisit());

  it("tells what was planned and delivered, by the counts of the journal", () => {
    expect(words).toMatch(
      /120\npulses planned\n40\ndelivered\n40\nunknown, count as delivered\n40\nnot delivered/,
    );
    expect(words).toContain("unknown: bytes left and nobody can tell; counts as delivered");
    expect(words).toContain("stopped");
    expect(words).not.toContain("SIMULATED");
  });

  it("tells how late the writes were and on what evidence a dose counts", () => {
    expect(words).toMatch(/acknowledged by the device\n1 of 2\n6/);
    expect(words).toContain("250 µs");
  });

  it("tells each rule that spoke with its source, and what answered it", () => {
    expect(words).toContain("DUR-02");
    expect(words).toContain("Chen 1997, Electroencephalogr Clin Neurophysiol 105:415-421");
    expect(words).toContain("overridden");
    expect(words).toContain("EC 12/2026");
    expect(words).toContain("by a named person, see the journal");
    expect(words).toContain("Not applicable in this session: SCR-02.");
    expect(words).toContain("GATE_THRESHOLD_VOID");
  });

  it("tells checklist, thresholds, devices, changes of the equipment and losses", () => {
    expect(words).toMatch(/Operator present\n✗ not confirmed/);
    expect(words).toContain("2 of 13 answered, 1 with yes");
    expect(words).toMatch(/RMT\n52\.5\nleft\nFDI/);
    expect(words).toMatch(/magstim-super-rapid2\n11\.0\ncoilTemperatureC 24/);
    expect(words).toMatch(/coil\n3190-7\n3190-9/);
    expect(words).toContain("1 loss of at least 120 frames; 1 silence");
  });

  it("carries the head of the session and what a proof of the chain says", () => {
    const visit = realVisit();
    const verdict = visit.journal.read.verify("visit-1");
    expect(verdict).toMatchObject({ ok: true, head: report(visit).head });
    expect(words).toContain(head);
    expect(words).toContain("the chain holds");
  });

  it("never names a person, in whatever case and part the name stands in the text", () => {
    expect(words).not.toMatch(/Berta|Quellwasser|Anselm|Morgenthau|Wintergruen/i);
    expect(words).toContain("[name] fetched the other coil");
    expect(words).toContain("AD-017");
  });

  it("never shows a secret, nor where one is kept", () => {
    expect(html).not.toMatch(/secret|HUSH|\/home\//);
  });
});

describe("every page", () => {
  const EVIL = `"><script src=//evil.example/x.js></script><img src=x onerror=alert(1)> & \u0007 \ud800 \`'`;

  it("stays a page when every text of the journal is hostile", () => {
    const visit = startVisit(tempFile(), {
      body: {
        ...SIMULATED_BODY,
        protocol: EVIL,
        subject: EVIL,
        versions: { pulsetrain: EVIL, node: EVIL },
        rig: { name: EVIL, stimulator: { driver: EVIL, port: EVIL, coilSerial: EVIL } },
      },
    });
    const segment = visit.segment(EVIL, {
      roundings: [{ what: EVIL, asked: EVIL, planned: 1, unit: EVIL }],
    });
    visit.append({
      kind: "check",
      segment,
      verdict: "soft",
      findings: [{ rule: EVIL, tier: "soft", effect: "shown", detail: EVIL, source: EVIL }],
    });
    visit.append({ kind: "device", model: EVIL, softwareVersion: EVIL, detail: { [EVIL]: EVIL } });
    visit.append({ kind: "equipment", what: "coil", was: EVIL, now: EVIL });
    visit.append({ kind: "fault", code: EVIL, detail: EVIL });
    visit.append({ kind: "note", text: EVIL });
    visit.append({ kind: "stop", by: EVIL, detail: EVIL });
    visit.append({ kind: "pause", by: EVIL });
    visit.measure("amplifier-message", { text: EVIL });
    for (let i = 0; i < 4; i += 1) visit.pulse({ pctMso: [70], condition: EVIL, site: EVIL });
    visit.measure("result", {
      what: "mep",
      protocol: EVIL,
      label: EVIL,
      segments: [segment],
      groups: [{ condition: EVIL, peakToPeakUv: [100, 200, 300], n: 3, rejected: 0 }],
      measures: [
        {
          measure: EVIL,
          version: 1,
          parameters: { peak: EVIL },
          value: 1,
          unit: EVIL,
          verdict: "doubtful",
          why: [EVIL],
          details: {},
        },
      ],
    });
    visit.measure("result", { what: "hotspot", label: EVIL, site: EVIL, groups: [] });
    visit.end();
    const { html, words } = report(visit);
    const names = new Set(elementsOf(html));
    for (const name of ["script", "img", "iframe", "link", "object", "form", "a"])
      expect(names).not.toContain(name);
    expect([...attributesOf(html)].filter((name) => /^on|^(src|href)$/i.test(name))).toEqual([]);
    expect(words).toContain("<script src=//evil.example/x.js>");
    expect(html.isWellFormed()).toBe(true);
    expect(html).not.toContain("\u0007");
  });

  it("asks nobody for anything: no script, no address, no second file", () => {
    for (const html of [report(realVisit()).html]) {
      const bare = html.replaceAll("http://www.w3.org/2000/svg", "");
      expect(bare).not.toMatch(/https?:|\bsrc=|href=|@import|url\((?!#)/);
      expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    }
  });

  it("is for light, dark and paper", () => {
    const { html } = report(realVisit());
    expect(html).toContain("prefers-color-scheme:dark");
    expect(html).toContain("@media print");
    // Pictures take the colours of the page.
    expect(html).toMatch(/<svg[\s\S]*stroke="var\(--blue\)"/);
    expect(html).not.toMatch(/(?:fill|stroke)="#1c2733"/);
  });

  it("shows two pictures whose inner names do not meet", () => {
    const visit = startVisit(tempFile());
    const segment = visit.segment("mep-1mv");
    for (let i = 0; i < 4; i += 1) visit.pulse({ pctMso: [70] });
    visit.measure("result", { what: "mep", protocol: "a", segments: [segment], groups: [] });
    visit.end();
    const { html } = report(visit);
    const ids = [...html.matchAll(/<clipPath id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });
});

describe("the page of a session", () => {
  it("says loudly that everything was simulated, and by whose word", () => {
    const body = {
      ...SIMULATED_BODY,
      simulatedPorts: [{ port: "/dev/pts/7", by: "PULSETRAIN_SIMULATED_PORT" }],
    };
    const visit = startVisit(tempFile(), { body });
    visit.end();
    const { words } = report(visit);
    expect(words).toMatch(/SIMULATED\n Every device of this session is simulated/);
    expect(words).toContain("PULSETRAIN_SIMULATED_PORT names it: /dev/pts/7");
  });

  it("without a measure says so and draws what was delivered", () => {
    const visit = startVisit(tempFile());
    visit.segment("koch-2022");
    visit.dose({ kind: "train", pulses: 40, frequencyHz: 20 }, [45]);
    visit.end();
    const { html, words } = report(visit);
    expect(words).toContain("No response was measured in this session.");
    expect(html).toContain('data-name="delivered"');
  });

  it("that is not over counts its open doses as unknown", () => {
    const visit = startVisit(tempFile());
    visit.segment("koch-2022", { pulses: 80 });
    visit.dose({ kind: "train", pulses: 40, frequencyHz: 20 }, [45]);
    visit.append({
      kind: "intent",
      segment: 1,
      dose: {
        index: 1,
        dueMs: 0,
        shape: { kind: "pulse" },
        intensityPctMso: [45],
        request: { value: null, base: "%MSO", threshold: null },
        place: { block: 0, train: 1, trains: 1, condition: null },
        hostTrain: null,
        lateLimitMs: 5,
      },
      plannedMs: 0,
      pulses: 1,
    });
    const { words } = report(visit);
    expect(words).toMatch(
      /80\npulses planned\n40\ndelivered\n1\nunknown, count as delivered\n39\nnot/,
    );
    expect(words).toContain("without an outcome");
    expect(words).toContain("running");
  });

  it("names measure events that it does not understand, and shows the others", () => {
    const visit = startVisit(tempFile());
    visit.segment("x");
    visit.measure("trial", { segment: "one" });
    visit.measure("result", { what: "something-new" });
    visit.measure("threshold", { kind: "RMT" });
    visit.measure("external-pulse", { pulses: 1 });
    visit.end();
    const { words } = report(visit);
    expect(words).toContain("3 measure events could not be read");
  });

  it("in which nothing ever happened is a page too", () => {
    const visit = startVisit(tempFile(), { body: {} });
    expect(elementsOf(report(visit).html)).toContain("main");
  });
});

describe("a session that does not prove itself", () => {
  it("gets no page", () => {
    const visit = realVisit();
    const source: ReportSource = {
      ...visit.journal.read,
      verify: () => ({ ok: false, firstBad: 7, why: "its hash is not that of its content" }),
    };
    expect(() => buildReport(source, "visit-1")).toThrowError(
      expect.objectContaining({ code: "JOURNAL_BROKEN_CHAIN", exit: 2 }),
    );
  });
});

describe("recorded runs of real programs", () => {
  it.each(GOLDEN_NAMES)("%s makes a page that adds up", (name) => {
    const { session, events, documents } = readGolden(name);
    const [start] = events;
    const end = events.at(-1);
    if (start?.kind !== "run.start" || end?.kind !== "run.stop")
      throw new Error("no whole session");
    const source: ReportSource = {
      each: () => events,
      list: () => [
        {
          session,
          startedUtc: start.utc,
          status: end.status,
          protocol: String(start.body["protocol"]),
          subject: String(start.body["subject"]),
          simulated: start.body["simulated"] === true,
        },
      ],
      verify: () => ({ ok: true, events: events.length, head: end.hash }),
      document: (hash) => documents[hash] ?? null,
    };
    const { html } = buildReport(source, session);
    const words = wordsOf(html);
    expect(elementsOf(html)).toContain("svg");
    expect(words).toContain(`${end.planned}\npulses planned\n${end.delivered}\ndelivered`);
    expect(words).toContain(end.hash);
    expect(html).not.toMatch(/NaN|undefined|\[object|null</);
  });
});
