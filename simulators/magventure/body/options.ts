import { z } from "zod";
import type { SimulatorOptions } from "../../../src/contract/simulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { figuresWith } from "../../common/figures.ts";
import { type BodyFigures, DEFAULT_FIGURES } from "./figures.ts";
import { modelNamed } from "./models.ts";
import { modelUnder, type ProtocolLine, type Unit } from "./unit.ts";

const protocolLine = z.strictObject(
  {
    delayMs: z.number().min(0).max(600_000).default(0),
    gainPct: z.number().int().min(0).max(255),
    /** Absent: as A. */
    gainBPct: z.number().int().min(0).max(255).optional(),
    rateHz: z.number().min(0.1).max(100),
    pulses: z.number().int().min(1).max(2000),
  },
  "expected gainPct, rateHz, pulses and perhaps gainBPct and delayMs, or in one word 80x3@2+500",
);

/** A command line has no lists: `GAINxPULSES@HZ` or `GAINxPULSES@HZ+DELAY_MS`, with commas between the lines. */
function lineOf(word: string): unknown {
  const found = /^(\d+)x(\d+)@(\d+(?:\.\d+)?)(?:\+(\d+))?$/.exec(word.trim());
  if (found === null) return word;
  const [gainPct, pulses, rateHz, delayMs] = found.slice(1).map((digits) => Number(digits ?? 0));
  return { gainPct, pulses, rateHz, delayMs };
}

const storedProtocol = z.preprocess(
  (given) => (typeof given === "string" ? given.split(",").map(lineOf) : given),
  z.array(protocolLine).min(1).max(100).optional(),
);

/** What a rig file can say of the device. Other keys are the driver's. */
const deviceOptions = z.object({
  serialNumber: z.number().int().min(0).max(0xff_ff_ff).default(1234),
  /** The coil that is plugged in: a Cool-B65 unless said otherwise. */
  coilNumber: z.number().int().min(0).max(255).default(60),
  storedProtocol,
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
  const free = options.options ?? {};
  const figures: BodyFigures = figuresWith(DEFAULT_FIGURES, {
    ...figuresAmong(free),
    ...options.body,
  });
  const checked = deviceOptions.safeParse(free);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new PulsetrainError("CLI_BAD_CALL", `option ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { serialNumber, coilNumber, storedProtocol: stored } = checked.data;
  return {
    model: modelUnder(model, figures),
    figures,
    serialNumber,
    coilNumber,
    protocol:
      stored?.map(({ gainPct, gainBPct, ...line }) => ({
        ...line,
        gainPct: { a: gainPct, b: gainBPct ?? gainPct },
      })) ?? DEFAULT_PROTOCOL,
  };
}

/** An option that has the name of a figure sets it, so that a command line can follow another source. */
function figuresAmong(options: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([key]) => Object.hasOwn(DEFAULT_FIGURES, key))
      .map(([key, value]) => [key, typeof value === "string" ? Number.NaN : Number(value)]),
  );
}
