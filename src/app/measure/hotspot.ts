/** Where the coil gives the largest responses: a grid of sites, in random order, at one output. */
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { atChair } from "./chair.ts";
import type { MeasureContext } from "./context.ts";
import { groupsOf, means } from "./results.ts";
import { givePulse } from "./single.ts";
import type { Trial } from "./trialDesk.ts";

/** Search for an output that shows responses at all: from here upwards, %MSO. */
const FIRST_PCT = 40;
const STEP_PCT = 5;
const SEEN_UV = 100;
const PULSES_A_LEVEL = 2;

export interface HotspotResult {
  readonly site: string;
  readonly pctMso: number;
  readonly trials: readonly Trial[];
}

/** Leaves the coil at the best site. Throws when no response is seen at the highest output. */
export async function findHotspot(
  context: MeasureContext,
  sites: readonly string[],
  pulsesPerSite: number,
): Promise<HotspotResult> {
  const centre = sites.includes("centre") ? "centre" : (sites[0] ?? "centre");
  await holdAt(context, centre);
  const pctMso = await outputThatShows(context, centre);
  context.say(`hotspot: ${sites.length} sites at ${pctMso} %MSO`);
  const trials: Trial[] = [];
  for (const site of context.random.shuffle(sites)) {
    await holdAt(context, site);
    for (let i = 0; i < pulsesPerSite; i++) {
      const trial = await givePulse(context, { pctMso, kind: "rest", purpose: "hotspot", site });
      if (trial !== null) trials.push({ ...trial, condition: site });
    }
  }
  const best = means(groupsOf(trials)).reduce<{ site: string; uv: number }>(
    (held, { condition, measure }) =>
      (measure?.value ?? 0) > held.uv ? { site: condition, uv: measure?.value ?? 0 } : held,
    { site: centre, uv: 0 },
  );
  await holdAt(context, best.site);
  context.say(`hotspot: ${best.site}, ${Math.round(best.uv)} uV`);
  return { site: best.site, pctMso, trials };
}

function holdAt(context: MeasureContext, site: string): Promise<void> {
  return atChair(context, { type: "coil-at", site });
}

async function outputThatShows(context: MeasureContext, site: string): Promise<number> {
  const rmt = context.known().thresholds.find(({ kind }) => kind === "RMT")?.percentMso;
  const { maxPctMso } = context.setup().model.capabilities;
  if (rmt !== undefined) return Math.min(maxPctMso, Math.round(rmt * 1.2));
  for (let pctMso = FIRST_PCT; pctMso <= maxPctMso; pctMso += STEP_PCT) {
    let seen = 0;
    for (let i = 0; i < PULSES_A_LEVEL; i++) {
      const trial = await givePulse(context, {
        pctMso,
        kind: "rest",
        purpose: "hotspot-output",
        site,
      });
      if (trial?.rejected === false && (trial.peakToPeakUv ?? 0) >= SEEN_UV) seen += 1;
    }
    // One step above the first responses: sites beside the best one must show something too.
    if (seen === PULSES_A_LEVEL) return Math.min(maxPctMso, pctMso + 2 * STEP_PCT);
  }
  throw new PulsetrainError(
    "MEASURE_IMPOSSIBLE",
    `hotspot: no response of ${SEEN_UV} uV up to ${maxPctMso} %MSO at ${site}`,
  );
}
