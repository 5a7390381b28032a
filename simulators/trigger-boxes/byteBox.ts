import { type Box, type BoxEffect, type BoxInput, type BoxStepped, earliest } from "./box.ts";

/**
 * Boxes for which a byte is the state of eight lines and nothing else is said. In `level` mode a
 * byte stays until the next one; in `pulse` mode the box drops the lines by itself and further
 * bytes wait their turn.
 */
export type ByteBoxMode =
  | { readonly kind: "level" }
  | {
      readonly kind: "pulse";
      readonly pulseMs: number;
      /** Lines are low for so long between two bytes that wait; else equal bytes would melt into one pulse. */
      readonly gapMs: number;
    };

export interface ByteBoxBody {
  readonly queue: readonly number[];
  readonly phase:
    | { readonly kind: "idle" }
    | { readonly kind: "pulse"; readonly endMs: number }
    | { readonly kind: "gap"; readonly endMs: number };
  readonly refusals: number;
}

/** USB holds back what a box does not take; beyond this the simulator loses bytes. */
const LONGEST_QUEUE = 4096;

export function byteBox(mode: ByteBoxMode): Box<ByteBoxBody> {
  return {
    lines: 8,
    weakByte: -1,
    powerOn: () => ({ queue: [], phase: { kind: "idle" }, refusals: 0 }),
    step: (body, input, nowMs) => step(mode, body, input, nowMs),
    next: ({ phase }) =>
      earliest([phase.kind === "idle" ? null : { input: { kind: "due" }, atMs: phase.endMs }]),
  };
}

function step(
  mode: ByteBoxMode,
  body: ByteBoxBody,
  input: BoxInput,
  nowMs: number,
): BoxStepped<ByteBoxBody> {
  switch (input.kind) {
    case "bytes": {
      const { after, taken } = withoutRefused(body, input.bytes);
      if (mode.kind === "level") return { body: after, effects: taken.map(lines) };
      const queue = [...after.queue, ...taken].slice(0, LONGEST_QUEUE);
      const waiting = { ...after, queue };
      return body.phase.kind === "idle" ? nextPulse(mode, waiting, nowMs) : still(waiting);
    }
    case "due":
      return mode.kind === "level" ? still(body) : turn(mode, body, nowMs);
    case "silence":
      return still(body);
    case "refuse-next":
      return still({ ...body, refusals: body.refusals + 1 });
    case "reboot":
      return { body: { queue: [], phase: { kind: "idle" }, refusals: 0 }, effects: [lines(0)] };
  }
}

type PulseMode = Extract<ByteBoxMode, { kind: "pulse" }>;

function turn(mode: PulseMode, body: ByteBoxBody, nowMs: number): BoxStepped<ByteBoxBody> {
  if (body.phase.kind !== "pulse") return nextPulse(mode, body, nowMs);
  const phase: ByteBoxBody["phase"] =
    body.queue.length === 0 ? { kind: "idle" } : { kind: "gap", endMs: nowMs + mode.gapMs };
  return { body: { ...body, phase }, effects: [lines(0)] };
}

/** A zero takes its turn like every other byte: nobody says otherwise. */
function nextPulse(mode: PulseMode, body: ByteBoxBody, nowMs: number): BoxStepped<ByteBoxBody> {
  const [byte, ...queue] = body.queue;
  if (byte === undefined) return still({ ...body, phase: { kind: "idle" } });
  const phase = { kind: "pulse", endMs: nowMs + mode.pulseMs } as const;
  return { body: { ...body, queue, phase }, effects: [lines(byte)] };
}

function withoutRefused(
  body: ByteBoxBody,
  bytes: Uint8Array,
): { readonly after: ByteBoxBody; readonly taken: readonly number[] } {
  let { refusals } = body;
  const taken = [...bytes].filter((byte) => {
    if (byte === 0 || refusals === 0) return true;
    refusals -= 1;
    return false;
  });
  return { after: { ...body, refusals }, taken };
}

function lines(mask: number): BoxEffect {
  return { kind: "lines", mask };
}

function still(body: ByteBoxBody): BoxStepped<ByteBoxBody> {
  return { body, effects: [] };
}
