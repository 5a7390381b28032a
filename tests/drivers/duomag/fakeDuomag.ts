/**
 * A few lines that stream statuses like a DuoMAG, for tests of the driver: hardly any physics, and
 * every part of a status can be bent. Its bytes are put together here, not by the codec under test.
 */
import { Subject } from "rxjs";
import { classify } from "../../../drivers/duomag/hazard.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { CloseReason, Stamped } from "../../../src/contract/transport.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

export interface Written {
  readonly atMs: number;
  readonly hex: string;
  readonly permit: PermitLike | undefined;
}

/** Bytes of the status, by their number on the page less one. */
export interface Body {
  turn: number;
  ttlDemand: boolean;
  level: number;
  omitted: number;
  errors7: number;
  errors8: number;
  charged: boolean;
  ttlSteps: number;
  rechargeSteps: number;
  exponents: number;
  /** Null: an older model. */
  coil: number | null;
}

export interface FakeDuomag {
  readonly port: GuardedBytePort;
  readonly body: Body;
  readonly written: Written[];
  /** Milliseconds between statuses. */
  periodMs: number;
  /** No status leaves while it is true. */
  silent: boolean;
  /** Bent just before a status leaves. */
  bend: (bytes: Uint8Array) => Uint8Array | null;
  /** True: the command is swallowed. */
  swallow: (hex: string) => boolean;
  /** Milliseconds from a pulse or a new intensity to charged. */
  chargeMs: number;
  /** Somebody presses a pedal. */
  fire(): void;
  send(bytes: Uint8Array): void;
  lose(detail: string): void;
  commands(): string[];
}

export const PERMIT: PermitLike = { permitId: "test" };

export function createFakeDuomag(clock: LabClock): FakeDuomag {
  const bytes$ = new Subject<Stamped<Uint8Array>>();
  const closed$ = new Subject<CloseReason>();
  const written: Written[] = [];
  let isOpen = false;
  let charging = 0;
  const body: Body = {
    turn: 0,
    ttlDemand: false,
    level: 0,
    omitted: 0,
    errors7: 0,
    errors8: 0,
    charged: true,
    ttlSteps: 0,
    rechargeSteps: 0,
    exponents: 0,
    coil: 1,
  };

  const status = (): Uint8Array => {
    const bytes = [
      (body.ttlDemand ? 0x20 : 0) | (body.turn & 0x1f),
      body.level,
      80 + (Math.floor(clock.now()) % 3),
      81,
      82,
      body.omitted,
      body.errors7,
      (body.errors7 & 0x20) === 0 ? 0x02 | body.errors8 : body.errors8,
      0x04 | (body.charged ? 1 : 0),
      body.ttlSteps,
      body.rechargeSteps,
      body.exponents,
      0,
    ];
    return Uint8Array.from(body.coil === null ? [...bytes, 0xff] : [...bytes, 0, body.coil, 0xff]);
  };

  const charge = (): void => {
    body.charged = false;
    charging += 1;
    const mine = charging;
    clock.at(clock.now() + fake.chargeMs, () => {
      if (mine === charging) body.charged = true;
    });
  };

  const fire = (): void => {
    if (body.charged && body.level > 0) charge();
    else body.omitted += 1;
  };

  const obey = (bytes: Uint8Array): void => {
    const [first = 0, , third = 0] = bytes;
    if (bytes.length === 2 && first === 0x79) fire();
    else if (bytes.length === 2) {
      if (first !== body.level) charge();
      body.level = first;
    } else {
      const steps = (first & 31) * 4 + (third & 3);
      const exponent = (third >> 2) & 7;
      if (first < 0xc0) {
        body.rechargeSteps = steps;
        body.exponents = (body.exponents & 0x07) | (exponent << 4);
      } else {
        body.ttlSteps = steps;
        body.exponents = (body.exponents & 0x70) | exponent;
      }
    }
  };

  const stream = (): void => {
    if (!isOpen) return;
    const bytes = fake.silent ? null : fake.bend(status());
    if (bytes !== null) fake.send(bytes);
    clock.at(clock.now() + fake.periodMs, stream);
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
      clock.at(clock.now() + 3, stream);
    },
    write: (bytes, permit) => {
      if (!isOpen) throw new PulsetrainError("PORT_NOT_OPEN", "fake port");
      if (classify(bytes).kind !== "safe" && permit === undefined)
        throw new PulsetrainError("PORT_HAZARD_REFUSED", toHex(bytes));
      const hex = toHex(bytes);
      written.push({ atMs: clock.now(), hex, permit });
      if (!fake.swallow(hex)) clock.at(clock.now() + 0.1, () => obey(bytes));
      return {
        writtenMs: clock.now(),
        drained: clock.until(clock.now() + 1).then(() => clock.now()),
      };
    },
    discardInput: () => undefined,
    close: async () => {
      isOpen = false;
    },
  };

  const fake: FakeDuomag = {
    port,
    body,
    written,
    periodMs: 20,
    silent: false,
    bend: (bytes) => bytes,
    swallow: () => false,
    chargeMs: 120,
    fire,
    send: (value) => {
      if (isOpen) bytes$.next({ atMs: clock.now(), value });
    },
    lose: (detail) => {
      isOpen = false;
      closed$.next({ lost: true, detail });
    },
    commands: () => written.map(({ hex }) => hex),
  };
  return fake;
}
