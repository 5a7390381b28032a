import { describe, expect, it } from "vitest";
import { pctRmt, protocol, single, train } from "../../protocols/build.ts";
import { type Conducted, conduct, mangled } from "./bench.ts";

/** Percent of output of every dose of these plans: 100 % of an RMT of 45. */
const PLANNED = 45;
const TRAINS = protocol({
  id: "trains",
  blocks: [
    train({
      frequencyHz: 10,
      pulsesPerTrain: 20,
      trains: 3,
      interTrainIntervalS: 18,
      intensity: pctRmt(100),
    }),
  ],
});
const SINGLES = protocol({
  id: "singles",
  blocks: [single({ totalPulses: 6, interPulseS: [4, 4], intensity: pctRmt(100) })],
});

const READ = "\\";
const ARMED_OR_READY = 0x06;

interface Shown {
  readonly instrument: number;
  readonly rapid: number;
  readonly powerPct: number;
  readonly frequencyTenthsHz: number;
  readonly pulses: number;
  readonly durationTenthsS: number;
}

/** What a unit of version 9 or later says of itself; another field is another text (`nicolasmcnair/magpy`). */
function shown(text: string): Shown {
  return {
    instrument: text.charCodeAt(1),
    rapid: text.charCodeAt(2),
    powerPct: Number(text.slice(3, 6)),
    frequencyTenthsHz: Number(text.slice(6, 10)),
    pulses: Number(text.slice(10, 15)),
    durationTenthsS: Number(text.slice(15, 19)),
  };
}

function told(text: string, change: Partial<Shown>): string {
  const all = { ...shown(text), ...change };
  const digits = (value: number, width: number): string => String(value).padStart(width, "0");
  return [
    READ,
    String.fromCharCode(all.instrument, all.rapid),
    digits(all.powerPct, 3),
    digits(all.frequencyTenthsHz, 4),
    digits(all.pulses, 5),
    digits(all.durationTenthsS, 4),
    text.slice(19),
  ].join("");
}

/** From `fromMs` on an armed unit tells of something that nobody ordered, as after a hand on its panel. */
function runWithPanel(
  what: typeof TRAINS,
  fromMs: number,
  change: (seen: Shown) => Partial<Shown>,
): Promise<Conducted> {
  return conduct([what], {
    tamper: (port, clock) =>
      mangled(port, (text) => {
        const armed = (text.charCodeAt(1) & ARMED_OR_READY) !== 0;
        if (text[0] !== READ || !armed || clock.now() < fromMs) return text;
        return told(text, change(shown(text)));
      }),
  });
}

describe("a unit that is changed at its panel after it was armed", () => {
  it("may drift by one percent and no more", async () => {
    const near = await runWithPanel(SINGLES, 0, ({ powerPct }) => ({ powerPct: powerPct + 1 }));
    expect(near.discharges).toHaveLength(6);
    for (const by of [2, -2, 30, -45]) {
      const far = await runWithPanel(SINGLES, 0, ({ powerPct }) => ({ powerPct: powerPct + by }));
      expect(far.discharges, `by ${by}`).toHaveLength(0);
      expect(far.end.status).toBe("faulted");
      expect(far.end.detail).toContain("%MSO");
    }
  });

  it("gets no train when mode, frequency, pulses or duration are others by one step", async () => {
    const changes: readonly ((seen: Shown) => Partial<Shown>)[] = [
      ({ frequencyTenthsHz }) => ({ frequencyTenthsHz: frequencyTenthsHz + 1 }),
      ({ pulses }) => ({ pulses: pulses + 1 }),
      ({ pulses }) => ({ pulses: pulses - 1 }),
      ({ durationTenthsS }) => ({ durationTenthsS: durationTenthsS + 1 }),
      ({ rapid }) => ({ rapid: rapid | 0x08 }),
      ({ rapid }) => ({ rapid: rapid | 0x01 }),
      ({ instrument }) => ({ instrument: instrument & ~0x08 }),
      ({ instrument }) => ({ instrument: instrument & ~0x80 }),
      ({ instrument }) => ({ instrument: instrument | 0x20 }),
      ({ instrument }) => ({ instrument: instrument | 0x10 }),
    ];
    for (const [i, change] of changes.entries()) {
      const result = await runWithPanel(TRAINS, 0, change);
      expect(result.discharges, `change ${i}`).toHaveLength(0);
      expect(result.end.status, `change ${i}`).toBe("faulted");
    }
  });

  it("gets no second train when it was changed in the rest, and no end of the one that runs", async () => {
    for (const fromMs of [3_000, 8_000, 20_000]) {
      const result = await runWithPanel(TRAINS, fromMs, ({ pulses }) => ({ pulses: pulses + 1 }));
      const duringTheFirst = fromMs === 3_000;
      expect(result.discharges.length).toBeGreaterThan(0);
      if (duringTheFirst) expect(result.discharges.length).toBeLessThan(20);
      else expect(result.discharges).toHaveLength(20);
      expect(result.end.status).toBe("faulted");
    }
  });

  it("gets no pulse when it slipped into a train of its own", async () => {
    const result = await runWithPanel(SINGLES, 4_000, ({ rapid }) => ({ rapid: rapid & ~0x08 }));
    expect(result.discharges.length).toBeLessThanOrEqual(1);
    expect(result.end.status).toBe("faulted");
  });
});

describe("a coil", () => {
  it("whose temperature is not told any more gets no train after half a minute", async () => {
    const long = protocol({
      id: "long",
      blocks: [
        train({
          frequencyHz: 10,
          pulsesPerTrain: 20,
          trains: 4,
          interTrainIntervalS: 26,
          intensity: pctRmt(100),
        }),
      ],
    });
    let armed = false;
    const result = await conduct([long], {
      tamper: (port) =>
        mangled(port, (text) => {
          if (text.startsWith("E")) armed = true;
          return armed && text[0] === "F" ? null : text;
        }),
    });
    expect(result.discharges.length).toBeLessThanOrEqual(40);
    expect(result.discharges.every(({ atMs }) => atMs < 45_000)).toBe(true);
  });

  it("that tells no temperature at all is never armed", async () => {
    const result = await conduct([TRAINS], {
      tamper: (port) => mangled(port, (text) => (text[0] === "F" ? null : text)),
    });
    expect(result.discharges).toHaveLength(0);
    expect(result.written.some(({ text }) => text === "EB")).toBe(false);
  });

  it("above 40 °C gets nothing, whatever else the unit says", async () => {
    const result = await conduct([SINGLES], {
      tamper: (port, clock) =>
        mangled(port, (text) =>
          text[0] === "F" && clock.now() > 5_000 ? `${text.slice(0, 2)}405405` : text,
        ),
    });
    expect(result.discharges.length).toBeLessThan(6);
    expect(result.end.status).toBe("faulted");
  });
});

describe("a unit that starts anew between arming and firing", () => {
  it("is disarmed and in nobody's control, and gets nothing", async () => {
    for (let s = 0.1; s < 16; s += 0.83) {
      const result = await conduct([TRAINS], {
        faults: [{ kind: "reboot", when: { at: "time", s } }],
      });
      expect(["faulted"], `at ${s} s`).toContain(result.end.status);
      const after = result.discharges.filter(({ atMs }) => atMs > s * 1000 + 1);
      expect(after, `at ${s} s`).toHaveLength(0);
      expect(result.discharges.every(({ intensityPctMso: [pct] }) => pct === PLANNED)).toBe(true);
    }
  });
});

describe("answers that come twice, late or shifted", () => {
  it("never let a unit be fired at another power than it has", async () => {
    for (const kind of ["duplicate-answer", "delay-answer", "drop-answer", "cut-answer"]) {
      for (let s = 0; s < 6; s += 0.61) {
        const result = await conduct([SINGLES], { faults: [{ kind, when: { at: "time", s } }] });
        expect(result.discharges.every(({ intensityPctMso: [pct] }) => pct === PLANNED)).toBe(true);
        const counted = result.end.counts.delivered + result.end.counts.unknown;
        expect(counted, `${kind} at ${s} s`).toBeGreaterThanOrEqual(result.discharges.length);
      }
    }
  });
});
