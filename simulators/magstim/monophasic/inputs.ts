/** What only a BiStim² can be told. */
export type MonophasicInput =
  | { readonly kind: "set-power-b"; readonly pct: number }
  /** The three digits of the wire; the resolution says whether they are ms or tenths of one. */
  | { readonly kind: "set-interval"; readonly digits: number }
  | { readonly kind: "set-resolution"; readonly high: boolean }
  /** An edge on the trigger input of the second stimulator. */
  | { readonly kind: "fire-b" };
