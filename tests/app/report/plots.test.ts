/** From the events of a session to what its pictures show. */
import { beforeAll, describe, expect, it } from "vitest";
import { peakToPeak } from "../../../src/analysis/mep/size.ts";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { toDocument } from "../../../src/app/measure/epochDocument.ts";
import { type Pictures, pictureFiles, picturesOf } from "../../../src/app/report/plots/all.ts";
import { placeOf } from "../../../src/app/report/plots/groups.ts";
import {
  inOrder,
  preparedEpoch,
  timeGrid,
  traceOn,
  trialsOf,
  valueAt,
} from "../../../src/app/report/plots/trials.ts";
import { readRecord, type SessionRecord } from "../../../src/app/report/record.ts";
import { trace, wave } from "../../analysis/mep/traces.ts";
import { tempFile } from "../../journal/temp.ts";
import { wholeVisit } from "./physiology.ts";
import { elementsOf, wordsOf } from "./svg.ts";
import { muscleEpoch } from "./synthetic.ts";
import { startVisit, type Visit } from "./visit.ts";

function recordOf(visit: Visit): SessionRecord {
  return readRecord(visit.journal.read, "visit-1");
}

function pictures(visit: Visit): Pictures {
  return picturesOf(recordOf(visit), visit.journal.read);
}

describe("a visit with everything that can be measured", () => {
  let all: Pictures;
  let words: Readonly<Record<string, string>>;
  let visit: Visit;
  // The file may go: the journal holds it open.
  beforeAll(() => {
    visit = startVisit(tempFile());
    wholeVisit(visit);
    visit.end();
    all = pictures(visit);
    words = Object.fromEntries(
      pictureFiles(all).map(({ name, svg }) => [name.slice(3), wordsOf(svg).replaceAll("\n", " ")]),
    );
  });

  it("gives each of its pictures, numbered, under names that are file names", () => {
    expect(pictureFiles(all).map(({ name }) => name)).toEqual([
      "01-delivered.svg",
      "02-lateness.svg",
      "03-threshold-rmt.svg",
      "04-n20.svg",
      "05-hotspot-search-hotspot.svg",
      "06-sici-traces.svg",
      "07-icf-traces.svg",
      "08-io-curve-recruitment.svg",
      "09-io-curve-traces.svg",
      "10-csp-silent-period.svg",
      "11-tep-single-tep.svg",
      "12-itbs-after-after-effect.svg",
      "13-itbs-after-traces.svg",
      "14-ath-sici-tracking.svg",
      "15-ratios.svg",
    ]);
    for (const { svg } of pictureFiles(all)) {
      expect(elementsOf(svg)[0]).toBe("svg");
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it("tells the figures of its results and no others", () => {
    const record = recordOf(visit);
    const bars = record.results.filter(({ what }) => what === "ratio");
    const ratios = bars.flatMap(({ groups }) =>
      groups.flatMap(({ measure }) => (measure?.unit === "ratio" ? [measure.value ?? 0] : [])),
    );
    expect(ratios).toHaveLength(5);
    for (const ratio of ratios) expect(words["ratios.svg"]).toContain(ratio.toFixed(2));
    const threshold = record.thresholds[0]?.percentMso ?? Number.NaN;
    expect(words["threshold-rmt.svg"]).toContain(`${threshold} %MSO`);
    const s50 = record.results.find(({ what }) => what === "recruitment")?.measures[0]?.value ?? 0;
    expect(words["io-curve-recruitment.svg"]).toContain(`S50 ${Number(s50.toPrecision(3))} %MSO`);
    expect(words["n20.svg"]).toContain("N20 (19.6)");
    expect(words["hotspot-search-hotspot.svg"]).toMatch(/★ \d+ µV/);
  });

  it("says of every picture that it is of a simulated person", () => {
    for (const [name, said] of Object.entries(words)) {
      if (/^(delivered|lateness|threshold|n20|ath-sici)/.test(name)) continue;
      expect(said, name).toContain("Simulated.");
    }
  });

  it("counts time after a treatment from the end of its last train", () => {
    expect(words["itbs-after-after-effect.svg"]).toContain(
      "time from the end of the treatment, min",
    );
    expect(words["itbs-after-after-effect.svg"]).toContain(
      "n: before 20, 5 min 20, 15 min 20, 30 min 20",
    );
  });
});

describe("trials", () => {
  it("that are given again count under the condition whose output and interval they have", () => {
    const visit = startVisit(tempFile());
    const first = visit.segment("sici");
    visit.pulse({ pctMso: [40, 60], isiMs: 2, condition: "ISI 2 ms" });
    visit.pulse({ pctMso: [60], condition: "test alone" });
    const again = visit.segment("sici-repeats");
    visit.pulse({ pctMso: [60], condition: null });
    visit.pulse({ pctMso: [40, 60], isiMs: 2, condition: "ISI 2 ms of the repeats" });
    visit.measure("result", { what: "ratio", protocol: "sici", segments: [first, again] });
    const record = recordOf(visit);
    const [result] = record.results;
    expect(trialsOf(record, result!).map(({ label }) => label)).toEqual([
      "ISI 2 ms",
      "test alone",
      "test alone",
      "ISI 2 ms",
    ]);
  });

  it("without a condition go by their output", () => {
    const visit = startVisit(tempFile());
    const segment = visit.segment("io-curve");
    visit.pulse({ pctMso: [55] });
    visit.measure("result", { what: "recruitment", segments: segment });
    const record = recordOf(visit);
    expect(trialsOf(record, record.results[0]!)[0]?.label).toBe("55 %MSO");
  });

  it("that are rejected are neither drawn nor in the mean, and are told", () => {
    const visit = startVisit(tempFile());
    const segment = visit.segment("mep-1mv");
    for (const unrestUv of [0, 60, 0, 60, 0]) visit.pulse({ pctMso: [70], unrestUv });
    visit.measure("result", { what: "mep", protocol: "mep-1mv", segments: [segment], groups: [] });
    const [{ svg } = { svg: "" }] = pictures(visit).results[0]?.pictures ?? [];
    expect(wordsOf(svg)).toContain("70 %MSO (n = 3, 2 rejected)");
    // Three traces and their mean.
    expect(svg.match(/<path d="M[^"]{600,}" fill="none" stroke="#0072b2"/g)).toHaveLength(3);
  });
});

describe("conditions", () => {
  it("that came in random order stand in the order of their numbers, the test alone first", () => {
    const order = (labels: readonly string[]): readonly string[] =>
      inOrder(labels, (label) => ({ label, intervalMs: null }), { what: "ratio", labels: [] });
    expect(order(["100 %RMT", "90 %RMT", "110 %RMT"])).toEqual(["90 %RMT", "100 %RMT", "110 %RMT"]);
    expect(order(["ISI 10 ms", "test alone", "ISI 2.5 ms"])).toEqual([
      "test alone",
      "ISI 2.5 ms",
      "ISI 10 ms",
    ]);
  });

  it("with an interval stand in its order, whatever they are called", () => {
    const held = [
      { label: "ISI N20", intervalMs: 20 },
      { label: "ISI N20+2", intervalMs: 22 },
      { label: "ISI N20-1", intervalMs: 19 },
      { label: "test alone", intervalMs: null },
    ];
    const names = inOrder(held, (item) => item, { what: "ratio", labels: [] });
    expect(names.map(({ label }) => label)).toEqual([
      "test alone",
      "ISI N20-1",
      "ISI N20",
      "ISI N20+2",
    ]);
  });

  it("that are blocks stand in the order of their protocol", () => {
    const labels = ["before", "iTBS", "30 min", "5 min"];
    const held = ["5 min", "30 min", "before"];
    expect(
      inOrder(held, (label) => ({ label, intervalMs: null }), { what: "after-effect", labels }),
    ).toEqual(["before", "30 min", "5 min"]);
  });
});

describe("the response of the brain", () => {
  it("leaves out channels that see a muscle, and says so", () => {
    const visit = startVisit(tempFile());
    const segment = visit.segment("tep-single");
    const trials = [0, 1, 2].map(() => visit.pulse({ pctMso: [60], kind: "eeg" }));
    const keep = (epoch: Epoch, channel: string): string =>
      visit.journal.putDocument(toDocument(epoch, channel));
    const [first] = trials;
    const muscle = muscleEpoch({
      random: visit.random,
      window: { fromMs: -510, toMs: 500 },
      peakToPeakUv: 4000,
    });
    visit.measure("result", {
      what: "tep",
      segments: [segment],
      averages: {
        CP3: keep(first!.epoch, "CP3"),
        Cz: keep(first!.epoch, "Cz"),
        FDI: keep(muscle, "FDI"),
      },
    });
    const [{ svg } = { svg: "" }] = pictures(visit).results[0]?.pictures ?? [];
    const words = wordsOf(svg).replaceAll("\n", " ");
    expect(words).toContain("2 channels");
    expect(words).toContain("Not drawn, since they are no places on the scalp: FDI.");
  });
});

describe("samples", () => {
  const epoch = trace({ signal: wave(21, 800), offsetUv: 4000, fromMs: -110, toMs: 110 });
  const documents = (document: unknown): { document(hash: string): unknown } => ({
    document: () => document,
  });
  const stored = {
    samples: Buffer.from(Float32Array.from(epoch.samples).buffer).toString("base64"),
    rateHz: 5000,
    pulseIndex: epoch.pulseIndex,
    unit: "uV",
    range: null,
    channel: "FDI",
  };

  it("are drawn as they are stored, less their mean before the pulse", () => {
    const read = preparedEpoch(documents(stored), { epoch: "h", measures: [] }, null);
    expect(read).not.toBeNull();
    expect(valueAt(read!, 10)).toBeCloseTo(0, 2);
    expect(peakToPeak.run(read!).value).toBeCloseTo(800, -1);
    const grid = timeGrid([read!], [-10, 60], 500);
    expect(grid[0]).toBeCloseTo(-10, 6);
    expect(grid.at(-1)).toBeCloseTo(60, 6);
    const drawn = traceOn(grid, read!).map(([, value]) => value);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeCloseTo(800, -1);
  });

  it("find their zero before the conditioning stimulus, not in its artefact", () => {
    const paired = trace({
      signal: (ms) => (ms >= -20 && ms < -6 ? 3000 : 0),
      offsetUv: 700,
      fromMs: -150,
    });
    const samples = Buffer.from(Float32Array.from(paired.samples).buffer).toString("base64");
    const activity = {
      measure: "pre-stimulus-rms",
      version: 1,
      parameters: { window: { fromMs: -120, toMs: -25 } },
      value: 1,
      unit: "uV",
      verdict: "good",
      why: [],
      details: {},
    } as const;
    const document = documents({ ...stored, samples, pulseIndex: paired.pulseIndex });
    const read = preparedEpoch(document, { epoch: "h", measures: [activity] }, null);
    expect(valueAt(read!, 10)).toBeCloseTo(0, 6);
  });

  it("are drawn as the measure saw them: blanked and filtered where it was told to", () => {
    const artefact = trace({
      signal: (ms) => (ms >= 0 && ms < 4 ? 5000 : 0),
      fromMs: -110,
      toMs: 110,
    });
    const samples = Buffer.from(Float32Array.from(artefact.samples).buffer).toString("base64");
    const measure = {
      measure: "mep-peak-to-peak",
      version: 1,
      parameters: { preparation: { blank: { fromMs: -1, toMs: 6 }, filters: [], baseline: null } },
      value: 0,
      unit: "uV",
      verdict: "good",
      why: [],
      details: {},
    } as const;
    const read = preparedEpoch(
      documents({ ...stored, samples }),
      { epoch: "h", measures: [] },
      measure,
    );
    expect(valueAt(read!, 2)).toBeCloseTo(0, 6);
  });

  it.each([
    ["no document", null],
    ["another document", { limits: 1 }],
    ["no samples", { ...stored, samples: "" }],
    ["half a sample", { ...stored, samples: "AAAAAAA=" }],
    [
      "what is no number",
      {
        ...stored,
        samples: Buffer.from(new Float32Array([Number.NaN, 1]).buffer).toString("base64"),
      },
    ],
  ])("with %s in their place are none", (_, document) => {
    expect(preparedEpoch(documents(document), { epoch: "h", measures: [] }, null)).toBeNull();
  });

  it("of many trials make a picture that can be sent", () => {
    const visit = startVisit(tempFile());
    const segment = visit.segment("mep-1mv");
    for (let i = 0; i < 80; i += 1) visit.pulse({ pctMso: [70] });
    visit.measure("result", { what: "mep", protocol: "mep-1mv", segments: [segment], groups: [] });
    const [{ svg } = { svg: "" }] = pictures(visit).results[0]?.pictures ?? [];
    expect(wordsOf(svg)).toContain("n = 80");
    expect(wordsOf(svg).replaceAll("\n", " ")).toContain(
      "Of many trials 30 a panel are drawn; the mean is of all.",
    );
    expect(svg.length).toBeLessThan(300_000);
  });
});

describe("a name of a site", () => {
  it.each([
    ["centre", { lateralMm: 0, anteriorMm: 0 }],
    ["10 mm anterior 10 mm medial", { lateralMm: -10, anteriorMm: 10 }],
    ["10 mm posterior centre", { lateralMm: 0, anteriorMm: -10 }],
    ["centre 5 mm lateral", { lateralMm: 5, anteriorMm: 0 }],
    ["2.5 mm lateral", { lateralMm: 2.5, anteriorMm: 0 }],
    ["C3", null],
    ["10 mm anterior of C3", null],
    ["", null],
  ])("%s", (name, place) => {
    expect(placeOf(name)).toEqual(place);
  });
});
