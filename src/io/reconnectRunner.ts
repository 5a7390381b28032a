import { type Observable, Subject, type Subscription } from "rxjs";
import type { DeviceIdentity } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort } from "../contract/transport.ts";
import {
  connected,
  RECONNECT_LIMITS,
  type ReconnectEffect,
  type ReconnectInput,
  type ReconnectLimits,
  type ReconnectNews,
  type ReconnectState,
  reconnectStep,
} from "./reconnect.ts";

export interface ReconnectParts {
  readonly clock: LabClock;
  /** Opened again for each attempt; one that is named by its adapter is then looked for anew. */
  readonly port: BytePort;
  /** Who answers now. */
  readonly identity: DeviceIdentity;
  /**
   * Probes over the open port with a new driver, since one lives once: takes control, asks who is
   * there, leaves the device in standby. Never arms.
   */
  readonly connect: () => Promise<DeviceIdentity>;
  /** Latches the guard, ends the driver of the lost link and lets it close. Never throws. */
  readonly disarm: () => Promise<void>;
  readonly limits?: ReconnectLimits;
}

export interface Reconnect {
  readonly state: ReconnectState;
  readonly news$: Observable<ReconnectNews>;
  /** A person says that the session goes on; false when there is nothing to go on with. */
  resume(): boolean;
  giveUp(): void;
}

/** Carries out what the machine says, on the clock. Watches the port from now on. */
export function watchLink(parts: ReconnectParts): Reconnect {
  const { clock, port, limits = RECONNECT_LIMITS } = parts;
  const news = new Subject<ReconnectNews>();
  let state = connected(parts.identity);
  let timer: Subscription | null = null;

  const feed = (input: ReconnectInput): void => {
    const before = state;
    const stepped = reconnectStep(state, input, limits);
    state = stepped.state;
    if (state !== before) arm();
    for (const effect of stepped.effects) carryOut(effect);
  };
  const arm = (): void => {
    timer?.unsubscribe();
    if ("dueMs" in state)
      timer = clock.at(state.dueMs, () => feed({ kind: "due", atMs: clock.now() }));
  };
  const failed = (attempt: number, error: unknown): void => {
    const detail = error instanceof Error ? error.message : String(error);
    feed({ kind: "failed", atMs: clock.now(), attempt, detail });
  };
  const watch = (): void => {
    port.closed$.subscribe(({ lost, detail }) => {
      if (lost) feed({ kind: "link-lost", atMs: clock.now(), detail });
    });
  };
  const open = async (attempt: number): Promise<void> => {
    await port.open();
    watch();
    feed({ kind: "opened", atMs: clock.now(), attempt });
  };
  const probe = async (attempt: number): Promise<void> => {
    const identity = await parts.connect();
    feed({ kind: "probed", atMs: clock.now(), attempt, identity });
  };
  const disarm = async (): Promise<void> => {
    try {
      await parts.disarm();
      if (port.isOpen) await port.close();
    } finally {
      // A port that could not be closed cannot be opened either, and patience ends that.
      feed({ kind: "shut", atMs: clock.now() });
    }
  };
  const carryOut = (effect: ReconnectEffect): void => {
    switch (effect.kind) {
      case "open":
        return void open(effect.attempt).catch((error) => failed(effect.attempt, error));
      case "probe":
        return void probe(effect.attempt).catch((error) => failed(effect.attempt, error));
      case "disarm":
        return void disarm().catch(() => undefined);
      case "tell":
        return news.next(effect.news);
    }
  };

  watch();
  return {
    get state() {
      return state;
    },
    news$: news.asObservable(),
    resume: () => {
      if (state.kind !== "standing-by") return false;
      feed({ kind: "operator", decision: "resume" });
      return true;
    },
    giveUp: () => feed({ kind: "operator", decision: "give-up" }),
  };
}
