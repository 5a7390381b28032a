/** A box behind a guarded port with real classifier, on a virtual clock, with a scripted far side. */
import { Subject } from "rxjs";
import { trigger as module } from "../../../drivers/trigger-boxes/index.ts";
import { fromHex, toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/guarded.ts";
import type { CloseReason, Stamped } from "../../../src/contract/transport.ts";
import type { TriggerBox, TriggerConfig } from "../../../src/contract/trigger.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

export interface Bench {
  readonly clock: VirtualClock;
  readonly box: TriggerBox;
  readonly port: GuardedBytePort;
  /** [instant, hex, kind of hazard] of every write. */
  readonly written: (readonly [number, string, string])[];
  /** Called with every write; what it returns is sent back after 2 ms. */
  respond: (bytes: Uint8Array, text: string) => string | null;
  say(text: string): void;
  /** The next writes fail with this code. */
  failWith: "PORT_STALLED" | "PORT_NOT_OPEN" | null;
  lose(): void;
}

export const PERMIT: PermitLike = { permitId: "test" };

export function configOf(
  driver: string,
  stimulatorLine: number | null,
  options: Readonly<Record<string, unknown>> = {},
): TriggerConfig {
  return { driver, stimulatorLine, options };
}

export async function onBox(
  config: TriggerConfig,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const classify = module.classifier(config);
  const bytes$ = new Subject<Stamped<Uint8Array>>();
  const closed$ = new Subject<CloseReason>();
  const written: Bench["written"] = [];
  let isOpen = false;
  const say = (text: string): void => {
    if (isOpen) bytes$.next({ atMs: clock.now(), value: bytesOf(text) });
  };
  const port: GuardedBytePort = {
    name: "fake",
    get isOpen() {
      return isOpen;
    },
    bytes$,
    closed$,
    open: async () => {
      isOpen = true;
    },
    write: (bytes, permit) => {
      if (!isOpen) throw new PulsetrainError("PORT_NOT_OPEN", "fake port");
      if (bench.failWith !== null) throw new PulsetrainError(bench.failWith, "fake port");
      const { kind } = classify(bytes);
      if (kind === "unknown" || (kind !== "safe" && permit === undefined))
        throw new PulsetrainError("PORT_HAZARD_REFUSED", toHex(bytes));
      written.push([clock.now(), toHex(bytes), kind]);
      const answer = bench.respond(bytes, Buffer.from(bytes).toString("latin1"));
      if (answer !== null) clock.at(clock.now() + 2, () => say(answer));
      return { writtenMs: clock.now(), drained: clock.until(clock.now() + 1) };
    },
    discardInput: () => undefined,
    close: async () => {
      isOpen = false;
    },
  };
  const bench: Bench = {
    clock,
    box: module.create({ config, clock, port }),
    port,
    written,
    respond: () => null,
    say,
    failWith: null,
    lose: () => {
      isOpen = false;
      closed$.next({ lost: true, detail: "pulled" });
    },
  };
  await clock.run(() => work(bench));
}

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

export function hexBytes(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Error(`not hex: ${hex}`);
  return bytes;
}

export function codeOf(work: () => unknown): string {
  try {
    work();
    return "no error";
  } catch (error) {
    return error instanceof PulsetrainError ? error.code : String(error);
  }
}

export async function codeOfPromise(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no error";
  } catch (error) {
    return error instanceof PulsetrainError ? error.code : String(error);
  }
}
