/** What only a unit of the Rapid group can be told, or does by itself. */
export type RapidInput =
  | { readonly kind: "train-pulse" }
  | { readonly kind: "train-end" }
  | { readonly kind: "wait-end" }
  | { readonly kind: "set-frequency"; readonly tenthsHz: number }
  | { readonly kind: "set-pulses"; readonly pulses: number }
  | { readonly kind: "set-duration"; readonly tenthsS: number }
  | { readonly kind: "set-charge-delay"; readonly delayMs: number }
  | { readonly kind: "enhanced-power"; readonly on: boolean }
  | { readonly kind: "ignore-switch" }
  | { readonly kind: "jam-train" };
