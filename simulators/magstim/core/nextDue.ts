import type { FamilyBody } from "./body.ts";
import type { FamilyFigures } from "./figures.ts";
import type { Due, SharedInput } from "./inputs.ts";
import type { Machine } from "./machine.ts";

/** What happens next by itself; null: nothing. The silence of the host is in it too. */
export function nextDue<B extends FamilyBody, I extends { readonly kind: string }>(
  machine: Machine<B, I>,
  body: B,
): Due<SharedInput | I> | null {
  const { figures } = machine;
  const all = [machine.nextOwn(body), unusedDue(body, figures), silenceDue(body, figures)];
  return all.reduce<Due<SharedInput | I> | null>(
    (first, due) => (first === null || (due !== null && due.atMs < first.atMs) ? due : first),
    null,
  );
}

function unusedDue({ drive }: FamilyBody, figures: FamilyFigures): Due<SharedInput> | null {
  return drive.kind === "standby"
    ? null
    : { input: { kind: "unused" }, atMs: drive.quietSinceMs + figures.unusedDisarmMs };
}

function silenceDue(body: FamilyBody, figures: FamilyFigures): Due<SharedInput> | null {
  if (!body.remote) return null;
  const limitMs = body.drive.kind === "standby" ? figures.standbySilenceMs : figures.armedSilenceMs;
  return { input: { kind: "silence" }, atMs: body.lastGoodMs + limitMs };
}
