import { Subject, type Subscription } from "rxjs";
import type {
  DeviceIdentity,
  Stimulator,
  StimulatorEvent,
  StimulatorStatus,
} from "../contract/stimulator.ts";

/** A driver lives as long as its link. `retire` cuts it off from the port for good. */
export interface MadeDriver {
  readonly stimulator: Stimulator;
  retire(): void;
}

/** One stimulator for the engine, over as many drivers as links come and go. */
export interface RenewableStimulator extends Stimulator {
  /** Retires the driver of the lost link, makes a new one and probes with it. Never arms. */
  renew(): Promise<DeviceIdentity>;
}

export function renewable(make: () => MadeDriver): RenewableStimulator {
  const status$ = new Subject<StimulatorStatus>();
  const events$ = new Subject<StimulatorEvent>();
  let relays: readonly Subscription[] = [];
  let current = make();
  const listen = (): void => {
    relays = [
      current.stimulator.status$.subscribe((status) => status$.next(status)),
      current.stimulator.events$.subscribe((event) => events$.next(event)),
    ];
  };
  listen();
  const now = (): Stimulator => current.stimulator;
  return {
    status$: status$.asObservable(),
    events$: events$.asObservable(),
    renew() {
      for (const relay of relays) relay.unsubscribe();
      current.retire();
      current = make();
      listen();
      return now().connect();
    },
    connect: () => now().connect(),
    lastStatus: () => now().lastStatus(),
    readStatus: (options) => now().readStatus(options),
    prepare: (settings, permit) => now().prepare(settings, permit),
    arm: (permit) => now().arm(permit),
    awaitReady: (timeoutMs) => now().awaitReady(timeoutMs),
    quietUntil: (untilMs) => now().quietUntil(untilMs),
    deliver: (dose, permit) => now().deliver(dose, permit),
    beginExternal: (dose, permit) => now().beginExternal?.(dose, permit) ?? null,
    endExternal: () => now().endExternal?.(),
    disarm: (why) => now().disarm(why),
    close: () => now().close(),
  };
}
