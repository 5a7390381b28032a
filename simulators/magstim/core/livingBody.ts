import type { Subscription } from "rxjs";
import type { Discharge } from "../../../src/contract/simulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { FamilyBody } from "./body.ts";
import type { FamilyInput } from "./inputs.ts";
import type { Machine } from "./machine.ts";
import { nextDue } from "./nextDue.ts";

/** The body on the clock: what happens by itself happens at its own instant. */
export interface LivingBody<B, I> {
  readonly body: B;
  /** Lives up to the present, then does the work. Every outside cause must come this way. */
  inPresent(work: (nowMs: number) => void): void;
  apply(input: FamilyInput | I, atMs: number): void;
  /** Takes over the result of a command. */
  become(body: B, discharge: Discharge | null): void;
  close(): void;
}

/** A wake-up later than this is a stall of this process, not time in which the cable was quiet. */
const STALL_MS = 5;

/** `onDischarge` is called after the body has taken note of the pulse, and may apply more inputs. */
export function createLivingBody<B extends FamilyBody, I extends { readonly kind: string }>(
  machine: Machine<B, I>,
  clock: LabClock,
  onDischarge: (discharge: Discharge) => void,
): LivingBody<B, I> {
  let body = machine.powerOn(clock.now());
  let waking: Subscription | null = null;

  const become = (after: B, discharge: Discharge | null): void => {
    body = after;
    if (discharge !== null) onDischarge(discharge);
  };

  const apply = (input: FamilyInput | I, atMs: number): void => {
    const stepped = machine.step(body, input, atMs);
    become(stepped.body, stepped.discharge);
  };

  /**
   * Lives through all that was due, each event at its own instant however late this runs. Silence
   * is judged only by a punctual wake-up: bytes that wait in the cable while this process stalls
   * must be heard before the host is called silent.
   */
  const catchUp = (nowMs: number, judgesSilence: boolean): void => {
    for (;;) {
      const next = nextDue(machine, body);
      if (next === null || next.atMs > nowMs) return;
      if (next.input.kind === "silence" && !judgesSilence) return;
      apply(next.input, next.atMs);
    }
  };

  const wakeAtNext = (): void => {
    waking?.unsubscribe();
    const next = nextDue(machine, body);
    waking = next === null ? null : clock.at(next.atMs, wake);
  };

  const live = (judgesSilence: boolean): void => {
    catchUp(clock.now(), judgesSilence);
    wakeAtNext();
  };

  const wake = (lateMs: number): void => {
    if (lateMs <= STALL_MS) return live(true);
    catchUp(clock.now(), false);
    // Work for the present instant runs after the bytes that the operating system holds.
    waking = clock.at(clock.now(), () => live(true));
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
    become,
    close: () => waking?.unsubscribe(),
  };
}
