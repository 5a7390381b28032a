/** Heads without any noise: a response from a sharp threshold on. */
import type {
  ThresholdMethod,
  ThresholdResult,
  ThresholdState,
  ThresholdStep,
  Trial,
} from "../../../src/analysis/threshold/types.ts";

export type Pulse = Extract<ThresholdStep, { readonly kind: "pulse" }>;

/** Far above or far below every target. */
export function sharp(thresholdPctMso: number): (pulse: Pulse) => Trial {
  return ({ intensityPctMso }) => ({
    kind: "measured",
    intensityPctMso,
    peakToPeakUv: intensityPctMso >= thresholdPctMso ? 400 : 10,
  });
}

/** Takes a state to its end. `seen` hears of every state and step on the way. */
export function finish(
  method: ThresholdMethod,
  from: ThresholdState,
  respond: (pulse: Pulse) => Trial,
  seen: (state: ThresholdState, pulse: Pulse) => void = () => {},
): ThresholdResult {
  let state = from;
  for (;;) {
    const step = method.next(state);
    if (step.kind === "done") return step.result;
    seen(state, step);
    state = method.answer(state, respond(step));
  }
}
