import type { Subscription } from "rxjs";
import type { LabClock } from "../../src/contract/time.ts";
import { type MagProBody, nextEvent, powerOn } from "./body/body.ts";
import type { BodyInput, Effect } from "./body/inputs.ts";
import { step } from "./body/step.ts";
import type { Unit } from "./body/unit.ts";

/** The body on the clock: what happens by itself happens at its own instant. */
export interface LivingBody {
  readonly body: MagProBody;
  /** Lives up to the present, does the work, and lives through what is due at once because of it. */
  inPresent(work: (nowMs: number) => void): void;
  /** Called from within `onEffect`, it takes its turn after the effects that are on their way. */
  apply(input: BodyInput, atMs: number): void;
  close(): void;
}

/** `onEffect` is called after the body has taken note, in the order of the effects. */
export function createLivingBody(
  unit: Unit,
  clock: LabClock,
  onEffect: (effect: Effect, atMs: number) => void,
): LivingBody {
  let body = powerOn(unit, clock.now());
  let waking: Subscription | null = null;
  let isDispatching = false;
  const waiting: (readonly [BodyInput, number])[] = [];

  const apply = (input: BodyInput, atMs: number): void => {
    waiting.push([input, atMs]);
    if (isDispatching) return;
    isDispatching = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        takeTurn(...next);
    } finally {
      isDispatching = false;
    }
  };

  const takeTurn = (input: BodyInput, atMs: number): void => {
    const stepped = step(unit, body, input, atMs);
    body = stepped.body;
    for (const effect of stepped.effects) onEffect(effect, atMs);
  };

  /** Each event at its own instant, however late this runs. */
  const catchUp = (nowMs: number): void => {
    for (;;) {
      const next = nextEvent(unit, body);
      if (next === null || next.atMs > nowMs) return;
      apply({ kind: "event", event: next.kind }, next.atMs);
    }
  };

  const wakeAtNext = (): void => {
    waking?.unsubscribe();
    const next = nextEvent(unit, body);
    waking = next === null ? null : clock.at(next.atMs, () => live(() => undefined));
  };

  const live = (work: (nowMs: number) => void): void => {
    const nowMs = clock.now();
    catchUp(nowMs);
    work(nowMs);
    catchUp(nowMs);
    wakeAtNext();
  };

  wakeAtNext();
  return {
    get body() {
      return body;
    },
    inPresent: live,
    apply,
    close: () => waking?.unsubscribe(),
  };
}
