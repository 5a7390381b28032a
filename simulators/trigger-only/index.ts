import { EMPTY, Subject } from "rxjs";
import type { Discharge, SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/** After a pulse it recharges for this time, ms; a trigger meanwhile is lost, as on a 200² at low output. */
const REFIRE_MS = 2000;

/**
 * A stimulator that nobody can talk to: dials at its panel (the option `intensityPctMso` and the order
 * `intensity N`) and a trigger input. Bytes that reach it are lost.
 */
export const simulator: SimulatorModule = {
  models: ["trigger-only"],
  baudRate: 115_200,
  faultKinds: [],
  create: (options) => {
    const { clock } = options;
    const discharges = new Subject<Discharge>();
    let intensity = dialOf(options.options?.["intensityPctMso"]);
    const refireMs = options.body?.["refireMs"] ?? REFIRE_MS;
    let readyAtMs = Number.NEGATIVE_INFINITY;
    let n = 0;
    return {
      model: "trigger-only",
      toHost$: EMPTY,
      discharges$: discharges.asObservable(),
      unplugged$: EMPTY,
      fromHost: () => undefined,
      trigger: () => {
        const atMs = clock.now();
        if (atMs < readyAtMs || intensity === 0) return;
        readyAtMs = atMs + refireMs;
        n += 1;
        discharges.next({ atMs, n, intensityPctMso: [intensity], cause: "trigger" });
      },
      panel: (order) => {
        const [, value] = /^intensity (\d+)$/.exec(order) ?? [];
        if (value === undefined)
          throw new PulsetrainError("CLI_BAD_CALL", `panel ${order}: expected intensity N`);
        intensity = dialOf(Number(value));
      },
      fault: ({ kind }) => {
        throw new PulsetrainError("SIMULATOR_UNKNOWN_FAULT", `${kind}: this device has none`);
      },
      close: () => discharges.complete(),
    };
  },
};

function dialOf(value: unknown): number {
  const pct = value === undefined ? 50 : Number(value);
  if (Number.isFinite(pct) && pct >= 0 && pct <= 100) return pct;
  throw new PulsetrainError("CLI_BAD_CALL", `intensityPctMso ${String(value)}: expected 0 to 100`);
}
