import { describe, expect, it } from "vitest";
import { CONTRACTED, preStimulusRms } from "../../../src/analysis/mep/before.ts";
import { mainsHum } from "../../../src/analysis/mep/checks.ts";
import { latencyDeviation } from "../../../src/analysis/mep/latency.ts";
import { silentPeriod } from "../../../src/analysis/mep/silentPeriod.ts";
import { peakToPeak } from "../../../src/analysis/mep/size.ts";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { type Chair, meanOf, shareOf, sit, type TrialOptions } from "./chair.ts";

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The first channel of each trial, with the clean size of its response. */
function trials(
  chair: Chair,
  count: number,
  trial: TrialOptions,
): readonly { readonly epoch: Epoch; readonly cleanUv: number }[] {
  return Array.from({ length: count }, () => {
    const [epoch] = chair.epochs(trial);
    const response = chair.person.truth.responses().at(-1);
    if (epoch === undefined || response === undefined) throw new Error("no channel");
    return {
      epoch,
      cleanUv: response.muscles.get(chair.person.channels[0] ?? "")?.peakToPeakUv ?? 0,
    };
  });
}

function valueIn(result: { readonly value: number | null }): number {
  return result.value ?? Number.NaN;
}

describe("what a muscle's electrodes see", () => {
  it("is at rest about 3 uV of noise, 9 uV from peak to peak over a response", () => {
    const chair = sit("healthy-young");
    const sizes = trials(chair, 150, { pct: 20 }).map(({ epoch }) =>
      valueIn(peakToPeak.run(epoch)),
    );
    expect(medianOf(sizes)).toBeGreaterThan(7.5);
    expect(medianOf(sizes)).toBeLessThan(11);
    const rms = trials(chair, 100, { pct: 20 }).map(({ epoch }) =>
      valueIn(preStimulusRms.run(epoch)),
    );
    expect(medianOf(rms)).toBeGreaterThan(1.5);
    expect(medianOf(rms)).toBeLessThan(6);
  });

  it("is the response in its true size, artefacts and all", () => {
    const chair = sit("healthy-young");
    const off = trials(chair, 100, { pct: 85 }).map(
      ({ epoch, cleanUv }) => valueIn(peakToPeak.run(epoch)) - cleanUv,
    );
    expect(Math.abs(medianOf(off))).toBeLessThan(8);
  });

  it("decides the threshold as the clean sizes do", () => {
    const chair = sit("healthy-older", { seed: 8 });
    const share = shareOf(
      trials(chair, 250, { pct: 66 }).map(({ epoch }) => valueIn(peakToPeak.run(epoch))),
      (uv) => uv >= 50,
    );
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.62);
  });

  it.each([
    ["healthy-young", 62, 20.8],
    ["healthy-older", 66, 22.1],
  ])("begins to respond in %s at the latency of the table", (subject, rmt, latencyMs) => {
    const chair = sit(subject);
    const found = trials(chair, 60, { pct: 1.4 * rmt }).map(({ epoch }) =>
      valueIn(latencyDeviation.run(epoch)),
    );
    expect(Math.abs(medianOf(found) - latencyMs)).toBeLessThan(1);
    const mean = meanOf(found);
    const sd = Math.sqrt(meanOf(found.map((ms) => (ms - mean) ** 2)));
    expect(sd).toBeGreaterThan(0.25);
    expect(sd).toBeLessThan(1);
  });

  it("turns negative first, and lasts 10 to 20 ms", () => {
    const chair = sit("healthy-young");
    for (const { epoch } of trials(chair, 20, { pct: 95 })) {
      const { details } = peakToPeak.run(epoch);
      expect(Number(details["minMs"])).toBeLessThan(Number(details["maxMs"]));
      expect(Number(details["maxMs"]) - Number(details["minMs"])).toBeLessThan(8);
    }
  });

  it("is 30 to 150 uV of activity before a pulse in a few of a hundred trials", () => {
    const chair = sit("healthy-young");
    const active = trials(chair, 600, { pct: 20, afterMs: 3333 }).map(({ epoch }) =>
      Number(preStimulusRms.run(epoch).details["peakToPeakUv"]),
    );
    const share = shareOf(active, (uv) => uv > 25);
    expect(share).toBeGreaterThan(0.012);
    expect(share).toBeLessThan(0.055);
    expect(Math.max(...active)).toBeLessThan(300);
  });

  it("hums at the mains, faintly", () => {
    const chair = sit("healthy-young");
    const hum = trials(chair, 30, { pct: 20 }).map(({ epoch }) => valueIn(mainsHum.run(epoch)));
    expect(medianOf(hum)).toBeGreaterThan(0.4);
    expect(medianOf(hum)).toBeLessThan(2.5);
  });

  it("saturates at the pulse and has forgotten it after 15 ms", () => {
    const chair = sit("healthy-young", { channels: ["TA"] });
    const epochs = trials(chair, 40, { pct: 20 });
    const at = (epoch: Epoch, ms: number): number =>
      Math.abs(epoch.samples[epoch.pulseIndex + ms * 5] ?? 0);
    expect(medianOf(epochs.map(({ epoch }) => at(epoch, 0)))).toBeGreaterThan(1000);
    expect(medianOf(epochs.map(({ epoch }) => at(epoch, 16)))).toBeLessThan(15);
  });

  it("has the recharge of a monophasic stimulator and none of a biphasic one", () => {
    const spikes = (waveform: string): number => {
      const chair = sit("healthy-young", { channels: ["TA"] });
      const sum = trials(chair, 100, { pct: 20, waveform }).reduce(
        (total, { epoch }) => total + (epoch.samples[epoch.pulseIndex + 396] ?? 0),
        0,
      );
      return Math.abs(sum / 100);
    };
    expect(spikes("monophasic")).toBeGreaterThan(spikes("biphasic") + 7);
  });

  it("shows a wider, later response when it is small", () => {
    const chair = sit("healthy-young");
    chair.responses(200, { pct: 62 });
    const all = Array.from({ length: 300 }, () => {
      chair.respond({ pct: 62 });
      const response = chair.person.truth.responses().at(-1);
      const muscle = response?.muscles.get("FDI");
      return {
        uv: muscle?.peakToPeakUv ?? 0,
        ms: (muscle?.onsetMs ?? 0) - chair.nowMs(),
        width: muscle?.widthMs ?? 0,
      };
    });
    const small = all.filter(({ uv }) => uv < 50);
    const large = all.filter(({ uv }) => uv >= 50);
    expect(meanOf(small.map(({ ms }) => ms)) - meanOf(large.map(({ ms }) => ms))).toBeGreaterThan(
      0.8,
    );
    expect(
      meanOf(small.map(({ width }) => width)) / meanOf(large.map(({ width }) => width)),
    ).toBeCloseTo(1.2, 1);
  });
});

describe("a contracted muscle", () => {
  async function contracted(subject: string, part: number, seed = 3): Promise<Chair> {
    const chair = sit(subject, { seed });
    chair.person.contract(part);
    await chair.wait(2000);
    return chair;
  }

  it("gives 20 to 100 uV RMS at a tenth to a fifth of the greatest effort", async () => {
    const rmsAt = async (part: number): Promise<number> =>
      medianOf(
        trials(await contracted("healthy-young", part), 30, { pct: 20 }).map(({ epoch }) =>
          valueIn(preStimulusRms.run(epoch)),
        ),
      );
    const [tenth, fifth] = [await rmsAt(0.1), await rmsAt(0.2)];
    expect(tenth).toBeGreaterThan(17);
    expect(tenth).toBeLessThan(26);
    expect(fifth / tenth).toBeGreaterThan(1.7);
    expect(fifth / tenth).toBeLessThan(2.3);
  });

  it("is accepted as a slight contraction at 15 and 20 % of the greatest effort", async () => {
    for (const part of [0.15, 0.2]) {
      const verdicts = trials(await contracted("healthy-young", part), 100, { pct: 20 }).map(
        ({ epoch }) => preStimulusRms.run(epoch, CONTRACTED).verdict,
      );
      expect(shareOf(verdicts, (verdict) => verdict === "good")).toBeGreaterThan(0.95);
    }
  });

  it("falls silent after a pulse, for longer after a stronger one", async () => {
    const endsAt = async (times: number): Promise<number> => {
      const chair = await contracted("healthy-older", 0.2);
      return medianOf(
        trials(chair, 40, { pct: times * 66 }).map(({ epoch }) => valueIn(silentPeriod.run(epoch))),
      );
    };
    const [weak, strong] = [await endsAt(1.2), await endsAt(1.5)];
    // 50 + 90 + 250 (x / RMT - 1).
    expect(Math.abs(weak - 190)).toBeLessThan(15);
    expect(Math.abs(strong - 265)).toBeLessThan(15);
  });

  it("scatters in its silence by some percents in a person, and is shorter in mild AD", async () => {
    const chair = await contracted("healthy-young", 0.2);
    const lengths = Array.from({ length: 200 }, () => {
      chair.respond({ pct: 1.2 * 62 });
      const response = chair.person.truth.responses().at(-1);
      return (response?.silence?.toMs ?? 0) - chair.nowMs() - 50;
    });
    const mean = meanOf(lengths);
    const sd = Math.sqrt(meanOf(lengths.map((ms) => (ms - mean) ** 2)));
    expect(Math.abs(mean - 154)).toBeLessThan(5);
    expect(sd / mean).toBeGreaterThan(0.06);
    expect(sd / mean).toBeLessThan(0.1);
    const other = await contracted("ad-mild", 0.2);
    other.respond({ pct: 1.2 * 57 });
    const silence = other.person.truth.responses().at(-1)?.silence;
    expect((silence?.toMs ?? 0) - other.nowMs() - 50).toBeLessThan(mean);
  });

  it("is not silent at rest, nor after a pulse far below threshold", async () => {
    const rest = sit("healthy-young");
    rest.respond({ pct: 80 });
    expect(rest.person.truth.responses().at(-1)?.silence).toBeNull();
    const chair = await contracted("healthy-young", 0.2);
    chair.respond({ pct: 30 });
    expect(chair.person.truth.responses().at(-1)?.silence).toBeNull();
  });

  it("responds earlier than at rest", async () => {
    const onset = (chair: Chair): number =>
      meanOf(
        Array.from({ length: 100 }, () => {
          chair.respond({ pct: 90 });
          const muscle = chair.person.truth.responses().at(-1)?.muscles.get("FDI");
          return (muscle?.onsetMs ?? 0) - chair.nowMs();
        }),
      );
    const earlier = onset(sit("healthy-young")) - onset(await contracted("healthy-young", 0.2));
    expect(earlier).toBeGreaterThan(0.5);
    expect(earlier).toBeLessThan(1);
  });
});

describe("activity that spreads", () => {
  it("is seen in the upper arm between the late pulses of a train, and not before", () => {
    const chair = sit("edge-spread", { channels: ["BB"] });
    const rmsAfter = (pulses: number): number => {
      for (let i = 0; i < pulses - 1; i += 1) {
        chair.respond({ pct: 66, afterMs: i === 0 ? 10_000 : 50 });
      }
      const [epoch] = chair.epochs({ pct: 66, afterMs: 50 });
      const tail = epoch?.samples.subarray(2850, 3850) ?? new Float64Array(0);
      const mean = meanOf([...tail]);
      return Math.sqrt(meanOf([...tail].map((x) => (x - mean) ** 2)));
    };
    expect(rmsAfter(20)).toBeLessThan(15);
    expect(rmsAfter(30)).toBeGreaterThan(25);
  });
});
