/**
 * What each model can be set to, as data. `xiangruili/MagventurePyTMS` and `xiangruili/MagventureTMS`, both
 * by one author and tested on an X100 alone; bursts of an R30: NeuroSimo, which set them on a real one.
 */
import {
  DIRECTIONS,
  type Direction,
  MODELS,
  MODES,
  type Mode,
  type ModelName,
  WAVEFORMS,
  type Waveform,
} from "../wire/names.ts";

export interface ModelFacts {
  readonly model: string;
  /** Its name in the status byte. */
  readonly name: ModelName;
  readonly modes: readonly Mode[];
  readonly directions: readonly Direction[];
  readonly waveforms: readonly Waveform[];
}

const facts = (
  model: string,
  name: ModelName,
  rest: Pick<ModelFacts, "modes" | "directions" | "waveforms">,
): ModelFacts => ({ model, name, ...rest });

const ALL = { modes: MODES, directions: DIRECTIONS, waveforms: WAVEFORMS };

export const MAGPROS: readonly ModelFacts[] = [
  facts("magpro-r30", "R30", {
    modes: ["Standard"],
    directions: ["Normal"],
    waveforms: ["Biphasic", "Biphasic Burst"],
  }),
  facts("magpro-x100", "X100", {
    modes: ["Standard"],
    directions: DIRECTIONS,
    waveforms: ["Monophasic", "Biphasic", "Biphasic Burst"],
  }),
  facts("magpro-r30-option", "R30+Option", {
    modes: ["Standard", "Twin", "Dual"],
    directions: ["Normal"],
    waveforms: ["Monophasic", "Biphasic"],
  }),
  facts("magpro-x100-option", "X100+Option", ALL),
  // One of the two programs allows these two the mode Standard alone: they are read back.
  facts("magpro-r30-option-mono", "R30+Option+Mono", ALL),
  facts("magpro-mst", "MST", ALL),
];

export function modelNumber(name: ModelName): number {
  return MODELS.indexOf(name);
}

/** Models that have a mode or waveform, for advice. */
export function modelsWith(has: (facts: ModelFacts) => boolean): string {
  return MAGPROS.filter(has)
    .map(({ model }) => model)
    .join(", ");
}
