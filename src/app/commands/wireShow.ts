import type { StoredEvent } from "../../contract/events.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { defaultJournalFile } from "../../journal/dataFolder.ts";
import { readJournal } from "../../journal/read.ts";
import { findDecoder } from "../decoders.ts";
import type { Io } from "../io.ts";
import { framesOf, passagesOf, type RecordedFrame } from "../wireRecording.ts";

export interface WireShowOptions {
  readonly db?: string;
  /** `trigger`, `markers` or `nerve`; left out: the stimulator's cable. */
  readonly port?: string;
  readonly json?: boolean;
}

/** What passed the cable of a recorded session, frame by frame in both directions. */
export async function wireShow(session: string, options: WireShowOptions, io: Io): Promise<number> {
  const journal = readJournal(options.db ?? defaultJournalFile());
  const events = [...journal.each(session)];
  journal.close();
  const model = modelOf(events, options.port);
  const decoder = await findDecoder(model);
  const sides = (["host", "device"] as const).map((direction) => ({
    direction,
    passages: passagesOf(events, options.port, direction),
  }));
  if (sides.every(({ passages }) => passages.length === 0)) {
    io.err(`session ${session} kept no raw traffic of this cable`);
    return 0;
  }
  const frames = framesOf(decoder, model, sides, {
    softwareVersion: versionOf(events),
    highResolution: false,
  });
  for (const frame of frames)
    io.out(options.json === true ? JSON.stringify(asJson(frame)) : words(frame));
  return 0;
}

/** The rig of a session as its first event has it. */
function rigOf(events: readonly StoredEvent[]): Readonly<Record<string, unknown>> {
  const start = events.find(({ kind }) => kind === "run.start");
  const rig = start?.kind === "run.start" ? start.body["rig"] : undefined;
  return record(rig);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function modelOf(events: readonly StoredEvent[], port: string | undefined): string {
  const rig = rigOf(events);
  const stimulator = record(rig["stimulator"]);
  const places: Readonly<Record<string, unknown>> = {
    "": stimulator["driver"],
    trigger: record(stimulator["trigger"])["driver"],
    markers: record(record(rig["markers"])["box"])["driver"],
    nerve: record(rig["nerve"])["driver"],
    amplifier: record(rig["amplifier"])["driver"],
  };
  const model = places[port ?? ""];
  if (typeof model === "string") return model;
  throw new PulsetrainError("CLI_BAD_CALL", `--port ${port ?? ""}: the session's rig has none`);
}

function versionOf(events: readonly StoredEvent[]): string | null {
  const device = events.find(({ kind }) => kind === "device");
  return device?.kind === "device" ? device.softwareVersion : null;
}

function asJson({ atMs, direction, frame }: RecordedFrame): Readonly<Record<string, unknown>> {
  return { atMs, direction, ...frame };
}

function words({ atMs, direction, frame }: RecordedFrame): string {
  const arrow = direction === "host" ? ">" : "<";
  const what = frame.ok ? JSON.stringify(frame.meaning) : `discarded: ${frame.code} ${frame.why}`;
  return `${atMs.toFixed(3).padStart(12)} ${arrow} ${frame.hex}  ${what}`;
}
