/** What a rig session is made of: built by the app, used by the engine. */
import type { Observable } from "rxjs";
import type { Amplifier } from "../contract/amplifier.ts";
import type { Dose } from "../contract/dose.ts";
import type { JournalEvent } from "../contract/events.ts";
import type { SimulatedPerson } from "../contract/simulator.ts";
import type { DeviceModel, Stimulator } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort } from "../contract/transport.ts";
import type { TriggerPath } from "../contract/trigger.ts";
import type { CheckInput } from "../safety/types.ts";
import type { ConditionerParts } from "./conditioner.ts";
import type { EegSource } from "./phaseWatch.ts";
import type { RenewableStimulator } from "./renewable.ts";

export interface RigParts {
  readonly clock: LabClock;
  readonly stimulator: Stimulator;
  readonly model: DeviceModel;
  readonly deviceId: string;
  /** All that the gate weighs besides the plan. */
  readonly context: Omit<CheckInput, "plan" | "device" | "earlier">;
  /** From here on the port lets nothing but safe frames pass. */
  readonly latchPort: (why: string) => void;
  /** Hands over raw traffic that was gathered; called before every flush. */
  readonly takeWire: () => readonly JournalEvent[];
  /** Boxes beside the stimulator: opened, all lines low, before it is probed; closed after it. */
  readonly accessories?: {
    open(): Promise<Readonly<Record<string, string>>>;
    /** Called when the stimulator's port is open. */
    ready(): Promise<void>;
    close(): Promise<void>;
  };
  /** Sends the marker of a dose that was started; null or absent: the rig has no markers. */
  readonly mark?: ((dose: Dose) => void) | null;
  readonly markers$?: Observable<MarkerSent>;
  /** The way to the electrical stimulator of a nerve; null or absent: the rig has none. */
  readonly nervePath?: { readonly path: TriggerPath; readonly deviceId: string } | null;
  /** The second stimulator, over the other hemisphere; null or absent: the rig has none. */
  readonly conditioner?: ConditionerParts | null;
  /** The way back of a lost link; null or absent: a lost link ends the run. */
  readonly reconnect?: { readonly port: BytePort; readonly stimulator: RenewableStimulator } | null;
  /** Samples while the session lasts; null or absent: the rig has no amplifier. */
  readonly amplifier?: Amplifier | null;
  /** Where in its stream pulses that wait for a phase find it; null or absent: nowhere. */
  readonly eeg?: EegSource | null;
  /** The person in the chair, where it is a simulated one. */
  readonly chair?: Pick<SimulatedPerson, "coilAt" | "contract"> | null;
  /** Silence of the parent that disarms; null where parent and rig are one process. */
  readonly parentSilenceMs: number | null;
}

/** A marker that left, or could not. */
export interface MarkerSent {
  readonly atMs: number;
  readonly code: number;
  readonly sent: boolean;
}
