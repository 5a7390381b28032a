/** What a counter of the device says about the packet after another. */
export type Step =
  | { readonly kind: "next"; readonly wrapped: boolean }
  | { readonly kind: "repeat" }
  /** So many are missing between the two, plus any number of whole turns. */
  | { readonly kind: "gap"; readonly lost: number; readonly wrapped: boolean };

/** Both numbers lie in 0..modulus-1. */
export function stepBetween(previous: number, number: number, modulus: number): Step {
  const ahead = (number - previous + modulus) % modulus;
  const wrapped = number < previous;
  if (ahead === 0) return { kind: "repeat" };
  return ahead === 1 ? { kind: "next", wrapped } : { kind: "gap", lost: ahead - 1, wrapped };
}
