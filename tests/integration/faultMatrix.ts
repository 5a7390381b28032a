/** How a session ends by a fault of its device, as tables, and what must hold whatever it was. */
import { expect } from "vitest";
import { eventsOf } from "./harness.ts";
import {
  type Expected,
  everythingHolds,
  INSTANTS,
  type Instant,
  type MatrixResult,
  runOn,
  timeline,
} from "./matrix.ts";
import { type DoseKind, type Family, isTrain, type ModelCase } from "./models.ts";

/** The code that ends the run; null: the session is delivered to its end. */
export type Code = string | null;

/** Spoils an answer or two, which a driver must live with. */
const HARMLESS: Readonly<Record<string, Code>> = {
  "drop-answer": null,
  "delay-answer": null,
  "cut-answer": null,
  "corrupt-answer": null,
  "duplicate-answer": null,
  garbage: null,
  unsolicited: null,
};

/** While the device is held armed and nothing is on its way, or in a train that it gives. */
const WHILE_ARMED: Readonly<Record<Family, Readonly<Record<string, Code>>>> = {
  magstim: {
    ...HARMLESS,
    silent: "DEVICE_CONTROL_LOST",
    unplug: "PORT_LOST",
    refuse: "DEVICE_CONFLICT",
    // Heard while connecting and at no other time.
    "wrong-version": null,
    reboot: "DEVICE_CONTROL_LOST",
    overheat: "DEVICE_NOT_READY",
    "coil-off": "DEVICE_COIL",
    "coil-worn": "DEVICE_COIL",
    "error-bit": "DEVICE_FAULT",
  },
  magventure: {
    ...HARMLESS,
    "missing-end-flag": null,
    "unknown-message": null,
    "split-frames": null,
    // The flags of another model are looked at while connecting.
    "wrong-model": null,
    "lost-report": "DEVICE_WRONG_ANSWER",
    silent: "DEVICE_CONTROL_LOST",
    unplug: "PORT_LOST",
    refuse: "DEVICE_WRONG_ANSWER",
    reboot: "DEVICE_NOT_READY",
    overheat: "DEVICE_NOT_READY",
    "coil-off": "DEVICE_NOT_READY",
  },
  duomag: {
    ...HARMLESS,
    silent: "DEVICE_CONTROL_LOST",
    unplug: "PORT_LOST",
    refuse: "DEVICE_CONFLICT",
    reboot: "DEVICE_CONTROL_LOST",
    overheat: "DEVICE_COIL",
    "resistor-overheat": "DEVICE_FAULT",
    "discharge-overheat": "DEVICE_FAULT",
    "power-overheat": "DEVICE_FAULT",
    "fan-seized": "DEVICE_FAULT",
    "hold-error": "DEVICE_FAULT",
    "recharge-error": "DEVICE_FAULT",
    "coil-off": "DEVICE_EQUIPMENT_CHANGED",
    "coil-data-bad": "DEVICE_COIL",
    "stuck-charged": "DEVICE_WRONG_ANSWER",
    "lost-start": "DEVICE_WRONG_ANSWER",
  },
};

/** Undefined: it depends on more than the kind of fault. */
export function codeWhileArmed(family: Family, kind: DoseKind, fault: string): Code | undefined {
  if (fault === "jam-train") return isTrain(kind) ? "DEVICE_WRONG_ANSWER" : null;
  // A train is its own evidence; a pulse is seen by what the status says after it.
  if (fault === "stuck-ready")
    return isTrain(kind) ? "DEVICE_DISARM_UNCONFIRMED" : "DEVICE_WRONG_ANSWER";
  return WHILE_ARMED[family][fault];
}

/** Nobody hears of the disarm: the device says nothing, or says that it is ready for ever. */
const DEAF: ReadonlySet<string> = new Set(["silent", "unplug", "stuck-ready"]);

function expectedOf({ family }: ModelCase, fault: string, result: MatrixResult): Expected {
  // A DuoMAG that starts anew is silent for longer than a disarm waits.
  const isDeaf = DEAF.has(fault) || (family === "duomag" && fault === "reboot");
  const isUnheard = eventsOf(result, "disarm").at(-1)?.confirmed === false;
  return { linkGone: isDeaf && isUnheard };
}

/** One session with one fault at one instant; everything that must hold has been looked at. */
export async function faultAt(
  model: ModelCase,
  kind: DoseKind,
  fault: string,
  instant: Instant,
): Promise<MatrixResult> {
  const atMs = INSTANTS[instant](await timeline(model, kind));
  const when = { at: "time", s: atMs / 1000 } as const;
  const result = await runOn({ model, kind, faults: [{ kind: fault, when }] });
  everythingHolds(result, expectedOf(model, fault, result));
  expect(["completed", "faulted"]).toContain(result.status);
  if (result.status === "completed") expect(result.counts.unknown).toBe(0);
  return result;
}
