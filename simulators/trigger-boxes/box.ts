/** Everything that can happen to a trigger box. */
export type BoxInput =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** The instant of `next` has come. */
  | { readonly kind: "due" }
  /** The host has been quiet for too long. */
  | { readonly kind: "silence" }
  /** The next command that would raise a line is not carried out. */
  | { readonly kind: "refuse-next" }
  | { readonly kind: "reboot" };

export type BoxEffect =
  /** All outputs as they are from now on; bit 0 is line 1. */
  | { readonly kind: "lines"; readonly mask: number }
  | { readonly kind: "say"; readonly bytes: Uint8Array };

export interface BoxStepped<Body> {
  readonly body: Body;
  readonly effects: readonly BoxEffect[];
}

/** A kind of box: pure, on instants that it is told. */
export interface Box<Body> {
  readonly lines: number;
  /** All lines are low. */
  powerOn(nowMs: number): Body;
  step(body: Body, input: BoxInput, nowMs: number): BoxStepped<Body>;
  /** What happens next by itself; null: nothing. */
  next(body: Body): { readonly input: BoxInput; readonly atMs: number } | null;
  /** Where a corrupt answer hurts: an index, from the end when negative. */
  readonly weakByte: number;
}

/** The first of several events. */
export function earliest(
  events: readonly ({ readonly input: BoxInput; readonly atMs: number } | null)[],
): { readonly input: BoxInput; readonly atMs: number } | null {
  return events.reduce(
    (first, event) =>
      first === null || (event !== null && event.atMs < first.atMs) ? event : first,
    null,
  );
}
