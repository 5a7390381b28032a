import type { WrittenDelays } from "../wire/commands.ts";
import type { Direction, Mode, TimingControl, Waveform } from "../wire/words.ts";

/** What a hand at the panel, the coil's knob or a socket can do. */
export type HandOrder =
  | { readonly kind: "turn"; readonly channel: "a" | "b"; readonly pct: number }
  | { readonly kind: "enable" }
  | { readonly kind: "disable" }
  /** The button that gives one pulse, pair or burst. */
  | { readonly kind: "pulse" }
  /** The key that starts the train or protocol of the page, and the one that ends it. */
  | { readonly kind: "start" }
  | { readonly kind: "stop" }
  | { readonly kind: "page"; readonly page: number }
  | { readonly kind: "coil"; readonly number: number }
  | { readonly kind: "coil-off" }
  | { readonly kind: "setup"; readonly change: SetupChange }
  | { readonly kind: "train"; readonly change: TrainChange }
  | { readonly kind: "delays"; readonly change: Partial<WrittenDelays> }
  /** The MEP option has measured something. */
  | {
      readonly kind: "mep";
      readonly maximumUv: number;
      readonly minimumUv: number;
      readonly timeOfMaximumUs: number;
    };

export interface SetupChange {
  readonly mode?: Mode;
  readonly direction?: Direction;
  readonly waveform?: Waveform;
  readonly burstPulses?: number;
  readonly intervalTenthsMs?: number;
  readonly ratioHundredths?: number;
}

export interface TrainChange {
  readonly timingControl?: TimingControl;
  readonly rateTenthsHz?: number;
  readonly pulses?: number;
  readonly trains?: number;
  readonly itiTenthsS?: number;
}
