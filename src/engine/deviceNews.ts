import type { JournalEvent } from "../contract/events.ts";
import type { StimulatorEvent } from "../contract/stimulator.ts";
import { CODES, type ErrorCode } from "../errors/codes.ts";

/** What spontaneous news of a device means for a run. */
export interface NewsVerdict {
  /** What is written down besides a fault. */
  readonly record: JournalEvent | null;
  /** Ends the run (rule FLT-01); null: the run goes on. */
  readonly fault: { readonly code: ErrorCode; readonly detail: string } | null;
  /** Why thresholds measured before are worth nothing any more; absent: they are. */
  readonly voidsThresholds?: string;
}

/** `armed`: the run holds the device armed, so that nobody else may turn or trigger anything. */
export function judgeNews(event: StimulatorEvent, armed: boolean): NewsVerdict {
  switch (event.kind) {
    case "junk":
      return {
        record: note(event.atMs, `junk on the line: ${event.hex} (${event.why})`),
        fault: null,
      };
    case "panel":
      return {
        record: note(event.atMs, `changed at the panel: ${event.detail}`),
        fault: armed ? { code: "DEVICE_PANEL_CHANGED", detail: event.detail } : null,
      };
    case "equipment": {
      const { what, was, now } = event;
      const detail = `${what}: ${was} before, ${now} now`;
      return {
        record: { tMs: event.atMs, kind: "equipment", what, was, now },
        fault: armed ? { code: "DEVICE_EQUIPMENT_CHANGED", detail } : null,
        voidsThresholds: detail,
      };
    }
    case "pulse":
      return {
        record: {
          tMs: event.atMs,
          kind: "measure",
          name: event.expected ? "device-pulse" : "foreign-pulse",
          body: { didtAPerUs: event.didtAPerUs, pulses: event.pulses ?? 1 },
        },
        fault: event.expected
          ? null
          : { code: "DEVICE_FOREIGN_PULSE", detail: "a pulse that no dose of this run explains" },
      };
    case "link-lost":
      return { record: null, fault: { code: "PORT_LOST", detail: event.detail } };
    case "control-lost":
      return { record: null, fault: { code: "DEVICE_CONTROL_LOST", detail: event.detail } };
    case "disarmed-itself":
      return { record: null, fault: { code: "DEVICE_NOT_READY", detail: event.detail } };
    case "fault":
      return { record: null, fault: { code: faultCode(event.code), detail: event.detail } };
  }
}

function note(tMs: number, text: string): JournalEvent {
  return { tMs, kind: "note", text };
}

function faultCode(code: string): ErrorCode {
  return code in CODES ? (code as ErrorCode) : "DEVICE_FAULT";
}
