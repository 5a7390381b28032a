/** The port of a scripted device: answers are texts, put together and sealed here. */
import { Subject } from "rxjs";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { CloseReason, Stamped } from "../../../src/contract/transport.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

export interface Written {
  readonly atMs: number;
  readonly text: string;
  readonly hex: string;
  readonly permit: PermitLike | undefined;
}

export interface FakePort {
  readonly port: GuardedBytePort;
  readonly written: Written[];
  delayMs: number;
  send(bytes: Uint8Array): void;
  lose(detail: string): void;
  commands(): string[];
}

/** A permit that the fake port takes for anything. */
export const PERMIT: PermitLike = { permitId: "test" };

function sealed(text: string): Uint8Array {
  const raw = Buffer.from(text, "latin1");
  if (text === "?") return new Uint8Array(raw);
  let sum = 0;
  for (const byte of raw) sum += byte;
  return new Uint8Array([...raw, ~sum & 0xff]);
}

/** `respond` gets a command without its checksum; text without its checksum, raw bytes, or null for silence. */
export function createFakePort(
  clock: LabClock,
  respond: (command: string) => string | Uint8Array | null,
): FakePort {
  const bytes$ = new Subject<Stamped<Uint8Array>>();
  const closed$ = new Subject<CloseReason>();
  const written: Written[] = [];
  let isOpen = false;

  const answer = (text: string): void => {
    const said = respond(text);
    if (said === null) return;
    clock.at(clock.now() + fake.delayMs, () =>
      fake.send(typeof said === "string" ? sealed(said) : said),
    );
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
      if (classify(bytes).kind !== "safe" && permit === undefined)
        throw new PulsetrainError("PORT_HAZARD_REFUSED", toHex(bytes));
      const text = Buffer.from(bytes.subarray(0, -1)).toString("latin1");
      written.push({ atMs: clock.now(), text, hex: toHex(bytes), permit });
      answer(text);
      return {
        writtenMs: clock.now(),
        drained: clock.until(clock.now() + 3).then(() => clock.now()),
      };
    },
    discardInput: () => undefined,
    close: async () => {
      isOpen = false;
    },
  };

  const fake: FakePort = {
    port,
    written,
    delayMs: 10,
    send: (value) => {
      if (isOpen) bytes$.next({ atMs: clock.now(), value });
    },
    lose: (detail) => {
      isOpen = false;
      closed$.next({ lost: true, detail });
    },
    commands: () => written.map((one) => one.text),
  };
  return fake;
}
