import { z } from "zod";
import type { SimulatorOptions } from "../../../src/contract/simulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { figuresWith } from "./figures.ts";
import { modelNamed } from "./models.ts";
import { modelUnder, type ProtocolLine, type Unit } from "./unit.ts";

const percent = z.number().int().min(0).max(255);

const protocolLine = z.strictObject({
  delayMs: z.number().min(0).max(600_000).default(0),
  gainPct: percent,
  /** Absent: as A. */
  gainBPct: percent.optional(),
  rateHz: z.number().min(0.1).max(100),
  pulses: z.number().int().min(1).max(2000),
});

/** The key `simulated` among the options of a rig file; the others are the driver's. */
const simulatedOptions = z.strictObject({
  serialNumber: z.number().int().min(0).max(0xff_ff_ff).default(1234),
  /** Number of the coil that is plugged in: a Cool-B65 unless said otherwise. */
  coil: z.number().int().min(0).max(255).default(60),
  protocol: z.array(protocolLine).min(1).max(100).optional(),
});

/** A weaker slow train, then a faster one at the set amplitude. */
const DEFAULT_PROTOCOL: readonly ProtocolLine[] = [
  { delayMs: 0, gainPct: { a: 80, b: 80 }, rateHz: 2, pulses: 3 },
  { delayMs: 1000, gainPct: { a: 100, b: 100 }, rateHz: 10, pulses: 5 },
];

/** Throws `SIMULATOR_UNKNOWN_MODEL`, and `CLI_BAD_CALL` for a figure or option that cannot be. */
export function unitOf(options: SimulatorOptions): Unit {
  const model = modelNamed(options.model);
  if (model === null) throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
  const figures = figuresWith(options.body);
  const checked = simulatedOptions.safeParse(options.options?.["simulated"] ?? {});
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `option simulated.${issue?.path.join(".")}: ${issue?.message}`,
    );
  }
  const { serialNumber, coil, protocol } = checked.data;
  return {
    model: modelUnder(model, figures),
    figures,
    serialNumber,
    coilNumber: coil,
    protocol:
      protocol?.map(({ gainPct, gainBPct, ...line }) => ({
        ...line,
        gainPct: { a: gainPct, b: gainBPct ?? gainPct },
      })) ?? DEFAULT_PROTOCOL,
  };
}
