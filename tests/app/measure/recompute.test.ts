import { beforeAll, describe, expect, it } from "vitest";
import { type Recomputation, recompute } from "../../../src/app/measure/recompute.ts";
import type { StoredEvent } from "../../../src/contract/events.ts";
import { type MeasuredSession, measuredSession } from "./measuredSession.ts";
import { fewPulses } from "./protocols.ts";

type Body = Readonly<Record<string, unknown>>;

/** A resting threshold that is hunted first, and four responses at 120 % of it. */
let session: MeasuredSession;
beforeAll(async () => {
  session = await measuredSession({ protocol: fewPulses("csp", 4), subject: "healthy-older" });
}, 120_000);

/** The session as somebody left it who changed one event. */
function forged(
  name: string,
  change: (body: Body) => Body,
  document: (hash: string) => unknown = session.document,
): Recomputation {
  const index = session.events.findLastIndex(
    (event) => event.kind === "measure" && event.name === name,
  );
  const events = session.events.map((event, i): StoredEvent => {
    if (i !== index || event.kind !== "measure") return event;
    return { ...event, body: change(event.body) };
  });
  return recompute(events, document);
}

const whats = ({ differing }: Recomputation): readonly string[] =>
  differing.map(({ what }) => what);

describe("the numbers of a session", () => {
  it("all come out again from its journal", () => {
    expect(session).toMatchObject({ status: "completed", detail: "" });
    expect(session.again.differing).toEqual([]);
    expect(session.again.same).toBeGreaterThan(200);
  });

  it("do not when the size of a trial was changed: it is neither measured so nor counted so", () => {
    const again = forged("trial", (body) => ({ ...body, peakToPeakUv: 1 }));
    expect(whats(again)).toEqual(["size", "sizes of the trials"]);
  });

  it("do not when a trial was taken out of what counts", () => {
    const again = forged("trial", (body) => ({ ...body, rejected: true }));
    expect(whats(again)).toContain("sizes of the trials");
  });

  it("do not when a value of a measure was changed", () => {
    const again = forged("trial", (body) => ({
      ...body,
      measures: (body["measures"] as readonly { readonly value: number | null }[]).map((one, i) =>
        i === 0 ? { ...one, value: (one.value ?? 0) + 1e-9 } : one,
      ),
    }));
    expect(whats(again)).toEqual(["pre-stimulus-rms"]);
  });

  it("do not when a threshold, its outcome or one of its trials was changed", () => {
    expect(whats(forged("threshold", (body) => ({ ...body, percentMso: 44 })))).toEqual([
      "RMT in %MSO",
    ]);
    const trace = (change: (entry: Body) => Body) => (body: Body) => {
      const result = body["result"] as { readonly trace: readonly Body[] };
      const { trace: entries, ...rest } = result;
      const at = entries.findLastIndex((entry) => (entry["trial"] as Body)["kind"] === "measured");
      return {
        ...body,
        result: { ...rest, trace: entries.map((entry, i) => (i === at ? change(entry) : entry)) },
      };
    };
    const grown = forged(
      "threshold",
      trace((entry) => ({
        ...entry,
        trial: { ...(entry["trial"] as Body), peakToPeakUv: 12_345 },
      })),
    );
    expect(whats(grown)).toContain("trials of RMT");
  });

  it("do not when a median was changed", () => {
    const again = forged("result", (body) => ({
      ...body,
      medians: { ...(body["medians"] as Body), "silent-period": 1 },
    }));
    expect(whats(again)).toEqual(["median silent-period"]);
  });

  it("do not when a sample of an epoch was changed, or the epoch is missing", () => {
    const [epoch] = session.events.flatMap((event) =>
      event.kind === "measure" && event.name === "trial" ? [String(event.body["epoch"])] : [],
    );
    const changed = (hash: string): unknown => {
      const document = session.document(hash) as { readonly samples: string };
      if (hash !== epoch) return document;
      const bytes = Buffer.from(document.samples, "base64");
      const middle = 4 * Math.floor(bytes.length / 4 / 2 + 150);
      bytes.writeFloatLE(bytes.readFloatLE(middle) + 5000, middle);
      return { ...document, samples: bytes.toString("base64") };
    };
    expect(whats(forged("none", (body) => body, changed))).toContain("mep-peak-to-peak");
    const missing = (hash: string): unknown => (hash === epoch ? null : session.document(hash));
    expect(whats(forged("none", (body) => body, missing))).toContain("epoch");
  });

  it("cannot come out again by a version of a measure that is not there", () => {
    const again = forged("trial", (body) => ({
      ...body,
      measures: (body["measures"] as readonly Body[]).map((one) => ({ ...one, version: 99 })),
    }));
    expect(again.differing.map(({ why }) => why)).toContain("unknown-measure");
  });
});
