/**
 * Where the frames of a stream lie on the rig's clock. What is known is when bytes arrived: never before they were sent, often
 * later (buffers of an adapter, a busy machine). So the truth is the line under the arrivals, not the one through them.
 */

/** The frame whose bytes were the last ones, counted to its end, and when they arrived. */
export interface Arrival {
  readonly endIndex: number;
  readonly arrivedMs: number;
}

export interface ClockFitOptions {
  readonly nominalRateHz: number;
  /** Shortest delay between a frame and its arrival, from the driver's knowledge, ms: the fit cannot see it. */
  readonly leastDelayMs: number;
  /** The rate is fitted once the arrivals span so long; before, the nominal one is taken. */
  readonly minSpanMs: number;
  /** A rate farther off than this is no drift of a crystal: the nominal one is taken, and the fit says so. */
  readonly maxDriftPpm: number;
}

export const CLOCK_FIT_DEFAULTS: Omit<ClockFitOptions, "nominalRateHz"> = {
  leastDelayMs: 0,
  minSpanMs: 10_000,
  maxDriftPpm: 1000,
};

export interface ClockFit {
  /** Of the beginning of frame 0, on the rig's clock. */
  readonly originMs: number;
  readonly msPerFrame: number;
  /** Against the nominal rate; positive: the device's clock is fast. */
  readonly driftPpm: number;
  /** Standard errors, of an instant at the centre of the arrivals, and of the drift. */
  readonly errorMs: number;
  readonly driftErrorPpm: number;
  readonly centreIndex: number;
  /** Which rate was taken. `implausible`: the fitted one was beyond the limit. */
  readonly rate: "fitted" | "nominal" | "implausible";
  /** How much later than the earliest half of the arrivals came. */
  readonly medianDelayMs: number;
  readonly arrivals: number;
}

/** Segments whose earliest arrivals tell how well the line lies. */
const SEGMENTS = 16;

/** Null without arrivals. They come in order of the stream. */
export function fitClock(arrivals: readonly Arrival[], options: ClockFitOptions): ClockFit | null {
  const [first] = arrivals;
  const last = arrivals.at(-1);
  if (first === undefined || last === undefined) return null;
  const nominal = 1000 / options.nominalRateHz;
  const centreIndex = (first.endIndex + last.endIndex) / 2;
  const spanMs = (last.endIndex - first.endIndex) * nominal;
  const edge = spanMs >= options.minSpanMs ? edgeUnder(arrivals, centreIndex) : null;
  const driftOf = (msPerFrame: number): number => (nominal / msPerFrame - 1) * 1e6;
  const isPlausible = edge !== null && Math.abs(driftOf(edge)) <= options.maxDriftPpm;
  const msPerFrame = edge !== null && isPlausible ? edge : nominal;

  const lateness = arrivals.map(({ endIndex, arrivedMs }) => arrivedMs - endIndex * msPerFrame);
  const earliest = lateness.reduce(
    (least, value) => Math.min(least, value),
    Number.POSITIVE_INFINITY,
  );
  const rate = edge === null ? "nominal" : isPlausible ? "fitted" : "implausible";
  const spread = spreadOf(
    arrivals,
    lateness.map((value) => value - earliest),
    centreIndex,
  );
  return {
    originMs: earliest - options.leastDelayMs,
    msPerFrame,
    driftPpm: driftOf(msPerFrame),
    errorMs: spread.errorMs,
    driftErrorPpm: rate === "fitted" ? (spread.slopeError / nominal) * 1e6 : options.maxDriftPpm,
    centreIndex,
    rate,
    medianDelayMs: medianOf(lateness) - earliest,
    arrivals: arrivals.length,
  };
}

/** When a frame began, on the rig's clock; a fraction is an instant between frames. */
export function instantOfFrame(fit: ClockFit, index: number): number {
  return fit.originMs + index * fit.msPerFrame;
}

export function frameOfInstant(fit: ClockFit, atMs: number): number {
  return (atMs - fit.originMs) / fit.msPerFrame;
}

/** Standard error of an instant: it grows away from the centre, as the drift is not known exactly. */
export function instantErrorMs(fit: ClockFit, index: number): number {
  const awayMs = Math.abs(index - fit.centreIndex) * fit.msPerFrame;
  return Math.hypot(fit.errorMs, awayMs * fit.driftErrorPpm * 1e-6);
}

/**
 * Slope of the line under all arrivals that is nearest to them in the middle: the edge of their lower hull there. (Of all lines
 * that no arrival lies below it has the least sum of distances.)
 */
function edgeUnder(arrivals: readonly Arrival[], centreIndex: number): number | null {
  const hull: Arrival[] = [];
  for (const point of arrivals) {
    while (hull.length > 1 && !isLeftTurn(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  const right = hull.findIndex(({ endIndex }) => endIndex >= centreIndex);
  const [a, b] = [hull[right - 1], hull[right]];
  if (a === undefined || b === undefined || b.endIndex === a.endIndex) return null;
  return (b.arrivedMs - a.arrivedMs) / (b.endIndex - a.endIndex);
}

function isLeftTurn(a: Arrival | undefined, b: Arrival | undefined, c: Arrival): boolean {
  if (a === undefined || b === undefined) return true;
  const ab = (b.arrivedMs - a.arrivedMs) * (c.endIndex - a.endIndex);
  return ab < (c.arrivedMs - a.arrivedMs) * (b.endIndex - a.endIndex);
}

/** How much the earliest arrivals of the segments scatter above the line, and what that leaves open. */
function spreadOf(
  arrivals: readonly Arrival[],
  above: readonly number[],
  centreIndex: number,
): { readonly errorMs: number; readonly slopeError: number } {
  const count = Math.min(SEGMENTS, arrivals.length);
  const earliest = Array.from({ length: count }, (_, segment) => {
    const from = Math.floor((segment * arrivals.length) / count);
    const to = Math.floor(((segment + 1) * arrivals.length) / count);
    let least = from;
    for (let i = from; i < to; i += 1) if ((above[i] ?? 0) < (above[least] ?? 0)) least = i;
    return { distance: above[least] ?? 0, away: (arrivals[least]?.endIndex ?? 0) - centreIndex };
  });
  const meanSquare = earliest.reduce((sum, { distance }) => sum + distance ** 2, 0) / count;
  const lever = earliest.reduce((sum, { away }) => sum + away ** 2, 0);
  return {
    errorMs: Math.sqrt(meanSquare),
    slopeError: lever > 0 ? Math.sqrt(meanSquare / lever) : Number.POSITIVE_INFINITY,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * Arrivals over any length of stream in bounded memory: of each group the earliest, beside the nominal rate, stays. When
 * there are too many, neighbours are joined and the groups to come are twice as large.
 */
export interface ArrivalLog {
  readonly kept: readonly Arrival[];
  readonly groupSize: number;
  /** The earliest of the group that is not full yet, and how many it has. */
  readonly open: { readonly earliest: Arrival; readonly count: number } | null;
}

export const NO_ARRIVALS: ArrivalLog = { kept: [], groupSize: 1, open: null };

export function withArrival(
  log: ArrivalLog,
  arrival: Arrival,
  capacity: number,
  nominalRateHz: number,
): ArrivalLog {
  const { kept, groupSize, open } = log;
  const earlier = (a: Arrival, b: Arrival): Arrival =>
    b.arrivedMs - a.arrivedMs < ((b.endIndex - a.endIndex) * 1000) / nominalRateHz ? b : a;
  const earliest = open === null ? arrival : earlier(open.earliest, arrival);
  const count = (open?.count ?? 0) + 1;
  if (count < groupSize) return { ...log, open: { earliest, count } };
  const grown = [...kept, earliest];
  if (grown.length < capacity) return { kept: grown, groupSize, open: null };
  const pairs = grown.flatMap((a, i) => (i % 2 === 0 ? [earlier(a, grown[i + 1] ?? a)] : []));
  return { kept: pairs, groupSize: 2 * groupSize, open: null };
}

/** What a fit is made from. */
export function arrivalsOf({ kept, open }: ArrivalLog): readonly Arrival[] {
  return open === null ? kept : [...kept, open.earliest];
}
