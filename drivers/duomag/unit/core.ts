/**
 * The stream of statuses, what is known from it, and waiting for it to say something. Nothing here
 * retries, and nothing that waits survives the end of the link.
 */
import { type Observable, Subject, type Subscription } from "rxjs";
import { toHex } from "../../../src/base/hex.ts";
import type {
  DriverContext,
  PermitLike,
  StimulatorEvent,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { TriggerStamp } from "../../../src/contract/trigger.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Command, encode } from "../wire/commands.ts";
import { createStatusReader } from "../wire/reader.ts";
import { type DuoInput, step } from "./machine.ts";
import type { DuomagOptions } from "./options.ts";
import { type DuoState, initialState, type Settled } from "./state.ts";
import { statusOf } from "./status.ts";
import { createTickets, type Tickets, unlinked, unusable } from "./tickets.ts";

/** Two equal statuses must come within this time of a question for them, ms. */
const FRESH_WITHIN_MS = 500;

export interface Core {
  readonly clock: LabClock;
  readonly options: DuomagOptions;
  readonly tickets: Tickets;
  readonly status$: Observable<StimulatorStatus>;
  readonly events$: Observable<StimulatorEvent>;
  /** Every pair of equal statuses, in order. */
  readonly settled$: Observable<Settled>;
  /** Bytes that have come since the driver was made. */
  readonly heardBytes: number;
  state(): DuoState;
  apply(input: DuoInput): void;
  /** Leaves before this returns; throws when it may not. */
  send(command: Command, permit?: PermitLike): TriggerStamp;
  /** The first thing that `look` says, now or after a chunk of the stream; `onLate` after `withinMs`. */
  waitFor<T>(look: () => T | null, withinMs: number, onLate: () => T): Promise<T>;
  /** Two equal statuses that both came after this call. */
  freshPair(): Promise<Settled>;
  status(): StimulatorStatus | null;
  /** Throws when link or control forbid a hazardous frame. */
  requireUsable(): void;
  /** Ends every wait; nothing is heard any more. */
  end(): void;
}

interface Waiter {
  readonly look: () => void;
  readonly fail: (error: PulsetrainError) => void;
}

export function createCore(
  { port, clock }: Pick<DriverContext, "port" | "clock">,
  options: DuomagOptions,
): Core {
  const status$ = new Subject<StimulatorStatus>();
  const events$ = new Subject<StimulatorEvent>();
  const settled$ = new Subject<Settled>();
  const reader = createStatusReader();
  const waiters = new Set<Waiter>();
  let state = initialState;
  let heardBytes = 0;

  const status = (): StimulatorStatus | null => statusOf(state, options);
  const apply = (input: DuoInput): void => {
    const before = state.settled;
    const stepped = step(state, input);
    state = stepped.state;
    for (const event of stepped.events) events$.next(counted(event, options));
    if (state.settled !== null && state.settled !== before) settled$.next(state.settled);
  };

  /** What piled up arrives in one chunk, so only the end of a chunk is the present. */
  const takeChunk = (value: Uint8Array, atMs: number): void => {
    heardBytes += value.length;
    const before = state.settled;
    for (const reading of reader.push(value)) {
      if (reading.kind === "status") apply({ kind: "status", frame: reading.frame, atMs });
      // While it is probed a device is told from noise by what comes of it.
      else if (state.link === "open")
        events$.next({ kind: "junk", atMs, hex: toHex(reading.bytes), why: reading.why });
    }
    if (state.settled === before) return;
    const now = status();
    if (now !== null) status$.next(now);
    for (const waiter of [...waiters]) waiter.look();
  };
  const bytes = port.bytes$.subscribe(({ atMs, value }) => takeChunk(value, atMs));

  const waitFor: Core["waitFor"] = (look, withinMs, onLate) =>
    new Promise((resolve, reject) => {
      let timer: Subscription | null = null;
      const end = (): void => {
        waiters.delete(waiter);
        timer?.unsubscribe();
      };
      const attempt = (say: () => ReturnType<typeof look>): boolean => {
        try {
          const said = say();
          if (said === null) return false;
          resolve(said);
        } catch (error) {
          reject(error);
        }
        end();
        return true;
      };
      const waiter: Waiter = {
        look: () => void attempt(look),
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const lost = unlinked(state.link);
      if (lost !== null) return reject(lost);
      if (attempt(look)) return;
      waiters.add(waiter);
      timer = clock.at(clock.now() + withinMs, () => void attempt(onLate));
    });

  return {
    clock,
    options,
    tickets: createTickets(() => state),
    status$: status$.asObservable(),
    events$: events$.asObservable(),
    settled$: settled$.asObservable(),
    get heardBytes() {
      return heardBytes;
    },
    state: () => state,
    apply,
    send: (command, permit) => {
      const encoded = encode(command);
      if (!encoded.ok) throw new PulsetrainError(encoded.error.code, encoded.error.why);
      const bytes = encoded.value;
      const stamp = permit === undefined ? port.write(bytes) : port.write(bytes, permit);
      return {
        writtenMs: stamp.writtenMs,
        writtenHex: toHex(bytes),
        // Nobody asks when a safe frame has left, and asking costs the port a thread.
        get drained() {
          return stamp.drained;
        },
      };
    },
    waitFor,
    freshPair: () => {
      const sinceMs = clock.now();
      const look = (): Settled | null => {
        const { settled } = state;
        return settled !== null && settled.firstMs > sinceMs ? settled : null;
      };
      return waitFor(look, FRESH_WITHIN_MS, () => {
        throw noPairError(state, sinceMs);
      });
    },
    status,
    requireUsable: () => {
      const error = unusable(state);
      if (error !== null) throw error;
    },
    end: () => {
      bytes.unsubscribe();
      const error =
        unlinked(state.link) ?? new PulsetrainError("PORT_NOT_OPEN", "the driver was closed");
      for (const waiter of [...waiters]) waiter.fail(error);
    },
  };
}

/** Set to pairs at the unit itself, it gives two pulses on every start, and shows the first alone. */
function counted(event: StimulatorEvent, { deviceIsiMs }: DuomagOptions): StimulatorEvent {
  return event.kind === "pulse" && deviceIsiMs !== null ? { ...event, pulses: 2 } : event;
}

function noPairError({ last }: DuoState, sinceMs: number): PulsetrainError {
  return last === null || last.atMs <= sinceMs
    ? new PulsetrainError("DEVICE_SILENT", `no status for ${FRESH_WITHIN_MS} ms`)
    : new PulsetrainError(
        "DEVICE_WRONG_ANSWER",
        `no two equal statuses in a row for ${FRESH_WITHIN_MS} ms`,
      );
}
