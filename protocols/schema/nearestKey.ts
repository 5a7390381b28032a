import { editDistance } from "../editDistance.ts";

/** Endings of key names that state a unit; a wrong one is the commonest slip in a protocol file. */
const UNIT = /(Us|Ms|S|Sec|Secs|Seconds|Min|Minutes|Hz|KHz|Pct|Percent|PctMso|PctRmt|Uv|Mv)$/;

/** Words that labs use for a key of ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  iti: "interTrainInterval",
  isi: "isi",
  ipi: "interPulse",
  rest: "rest",
  wait: "rest",
  pause: "rest",
  rate: "frequency",
  freq: "frequency",
  duration: "trainDuration",
  pulses: "pulsesPerTrain",
  ntrains: "trains",
  bursts: "burstsPerTrain",
  offTime: "interTrainInterval",
};

function stem(key: string): string {
  const bare = key
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .replace(UNIT, "");
  return SYNONYMS[bare] ?? SYNONYMS[bare.toLowerCase()] ?? bare;
}

/** The known key that a foreign one most likely meant, or null when nothing is near. */
export function nearestKey(key: string, known: readonly string[]): string | null {
  const wanted = stem(key).toLowerCase();
  const sameStem = known.find((candidate) => candidate.replace(UNIT, "").toLowerCase() === wanted);
  if (sameStem !== undefined) return sameStem;
  const close = known
    .map((candidate) => ({
      candidate,
      distance: editDistance(candidate.toLowerCase(), key.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance)[0];
  return close !== undefined && close.distance <= Math.max(2, key.length / 4)
    ? close.candidate
    : null;
}
