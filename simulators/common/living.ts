import type { Subscription } from "rxjs";
import type { LabClock } from "../../src/contract/time.ts";

/** What a simulated body is made of; all of it pure, except what is done with an effect. */
export interface LivingParts<Body, Input, Effect> {
  readonly clock: LabClock;
  readonly initial: Body;
  step(
    body: Body,
    input: Input,
    nowMs: number,
  ): { readonly body: Body; readonly effects: readonly Effect[] };
  /** What happens next by itself; null: nothing. */
  next(body: Body): { readonly input: Input; readonly atMs: number } | null;
  /**
   * Is this event a verdict on the host's silence? Then only a punctual wake-up may pass it: bytes
   * that wait in the cable while this process stalls are to be heard first.
   */
  judgesSilence?(input: Input): boolean;
  /** Called after the body has become what the step made of it; may apply more inputs. */
  onEffect(effect: Effect, atMs: number): void;
}

/** A body on the clock: what happens by itself happens at its own instant. */
export interface Living<Body, Input> {
  readonly body: Body;
  /** Lives up to the present, then does the work. Every outside cause must come this way. */
  inPresent(work: (nowMs: number) => void): void;
  apply(input: Input, atMs: number): void;
  close(): void;
}

/** A wake-up later than this is a stall of this process, not time in which the cable was quiet. */
const STALL_MS = 5;

export function createLiving<Body, Input, Effect>(
  parts: LivingParts<Body, Input, Effect>,
): Living<Body, Input> {
  const { clock } = parts;
  let body = parts.initial;
  let waking: Subscription | null = null;

  const apply = (input: Input, atMs: number): void => {
    const stepped = parts.step(body, input, atMs);
    body = stepped.body;
    for (const effect of stepped.effects) parts.onEffect(effect, atMs);
  };

  /** Lives through all that was due, each event at its own instant however late this runs. */
  const catchUp = (nowMs: number, mayJudge: boolean): void => {
    for (;;) {
      const next = parts.next(body);
      if (next === null || next.atMs > nowMs) return;
      if (!mayJudge && parts.judgesSilence?.(next.input) === true) return;
      apply(next.input, next.atMs);
    }
  };

  const wakeAtNext = (): void => {
    waking?.unsubscribe();
    const next = parts.next(body);
    waking = next === null ? null : clock.at(next.atMs, wake);
  };

  const live = (): void => {
    catchUp(clock.now(), true);
    wakeAtNext();
  };

  const wake = (lateMs: number): void => {
    if (lateMs <= STALL_MS) return live();
    catchUp(clock.now(), false);
    // Work for the present instant runs after the bytes that the operating system holds.
    waking = clock.at(clock.now(), live);
  };

  wakeAtNext();
  return {
    get body() {
      return body;
    },
    inPresent: (work) => {
      const nowMs = clock.now();
      catchUp(nowMs, false);
      work(nowMs);
      wakeAtNext();
    },
    apply,
    close: () => waking?.unsubscribe(),
  };
}
