import type { AB } from "../wire/messages.ts";
import { PAGE_PROTOCOL, type Waveform } from "../wire/words.ts";
import type { MagProBody } from "./body.ts";
import type { BodyFigures } from "./figures.ts";
import { factorOf } from "./sequence.ts";
import type { Unit } from "./unit.ts";

const WHOLE: AB = { a: 100, b: 100 };
const HIGHEST_PCT = 100;
/** Highest figure that a message carries. */
const HIGHEST_DIDT = 199;

/** Gains of the protocol line in progress; on the Protocol page those of the first line before it starts. */
export function factorPct(unit: Unit, { page, sequence }: MagProBody): AB {
  if (sequence?.kind === "protocol") return factorOf(sequence);
  return (page === PAGE_PROTOCOL ? unit.protocol[0]?.gainPct : undefined) ?? WHOLE;
}

/** What a pulse would be given with: gains applied, and in Twin the B that follows from the ratio. */
export function presentPct(unit: Unit, body: MagProBody): AB {
  const factor = factorPct(unit, body);
  const a = scaled(body.amplitudePct.a, factor.a);
  const { mode, ratioHundredths } = body.setup;
  return {
    a,
    b: mode === "twin" ? scaled(a, ratioHundredths) : scaled(body.amplitudePct.b, factor.b),
  };
}

function scaled(pct: number, factor: number): number {
  return Math.min(HIGHEST_PCT, Math.round((pct * factor) / 100));
}

/** Realised di/dt of a pulse, A/µs: it grows in proportion to the output. */
export function didtOf(figures: BodyFigures, waveform: Waveform, pct: number): number {
  const at100: Readonly<Record<Waveform, number>> = {
    monophasic: figures.didtMonophasic,
    biphasic: figures.didtBiphasic,
    halfsine: figures.didtHalfsine,
    burst: figures.didtBurst,
  };
  return Math.min(HIGHEST_DIDT, Math.round((pct * at100[waveform]) / 100));
}
