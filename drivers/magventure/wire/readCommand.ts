/** Commands of a host, read from captures. The driver itself never reads one. */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { Command, Delays } from "./commands.ts";
import { byteAt, signedWordAt, wordAt } from "./fields.ts";
import type { WireFault } from "./frame.ts";
import { DIRECTIONS, MODELS, MODES, TIMINGS, WAVEFORMS } from "./names.ts";

type Read = (body: Uint8Array) => Command | null;

const delaysAt = (body: Uint8Array, at: number): Delays => ({
  inputTrigMs: wordAt(body, at) / 10,
  outputTrigMs: signedWordAt(body, at + 2) / 10,
  chargeMs: wordAt(body, at + 4),
});

const trainAt = (body: Uint8Array, at: number) => ({
  repRateHz: wordAt(body, at) / 10,
  pulsesInTrain: wordAt(body, at + 2),
  numberOfTrains: wordAt(body, at + 4),
  itiS: wordAt(body, at + 6) / 10,
});

function settings(body: Uint8Array): Command | null {
  const model = MODELS[byteAt(body, 2)];
  const mode = MODES[byteAt(body, 3)];
  const currentDirection = DIRECTIONS[byteAt(body, 4)];
  const waveform = WAVEFORMS[byteAt(body, 5)];
  const burstPulses = 5 - byteAt(body, 6);
  if (model === undefined || mode === undefined || burstPulses < 2) return null;
  if (currentDirection === undefined || waveform === undefined) return null;
  const ipiMs = wordAt(body, 7) / 10;
  const baRatio = wordAt(body, 9) / 100;
  const shape = { model, mode, currentDirection, waveform, burstPulses };
  return { what: "set settings", ...shape, ipiMs, baRatio };
}

function train(body: Uint8Array): Command | null {
  const timingControl = TIMINGS[byteAt(body, 2)];
  const warning = byteAt(body, 11);
  if (timingControl === undefined || warning > 1) return null;
  const ramp =
    body.length < 14 ? {} : { rampUp: byteAt(body, 12) / 100, rampUpTrains: byteAt(body, 13) };
  return {
    what: "set train",
    timingControl,
    ...trainAt(body, 3),
    priorWarningSound: warning === 1,
    ...ramp,
  };
}

/** By number, length and second byte; null in the second place: any. */
const ROWS: readonly (readonly [number, number | null, readonly number[], Read])[] = [
  [0, null, [1], () => ({ what: "query short status" })],
  [1, null, [2], (body) => ({ what: "set amplitude", amplitudeA: byteAt(body, 1) })],
  [
    1,
    null,
    [3],
    (body) => ({
      what: "set amplitude",
      amplitudeA: byteAt(body, 1),
      amplitudeB: byteAt(body, 2),
    }),
  ],
  [2, 1, [2], () => ({ what: "enable", enabled: true })],
  [2, 0, [2], () => ({ what: "disable", enabled: false })],
  [3, null, [1], () => ({ what: "fire pulse or burst", trailingByte: false })],
  [3, 1, [2], () => ({ what: "fire pulse or burst", trailingByte: true })],
  [4, null, [1], () => ({ what: "start train or protocol" })],
  [5, null, [1], () => ({ what: "query long status" })],
  [6, null, [9], (body) => ({ what: "set train (documented form)", ...trainAt(body, 1) })],
  [
    7,
    null,
    [2, 3],
    (body) => ({ what: "set page", page: byteAt(body, 1), trailingByte: body.length === 3 }),
  ],
  [8, null, [9], (body) => ({ what: "set delays (documented form)", ...delaysAt(body, 1) })],
  [9, 0, [2, 11], (body) => ({ what: "query settings", padded: body.length === 11 })],
  [9, 1, [11], settings],
  [10, 0, [2], () => ({ what: "query delays" })],
  [10, 1, [8], (body) => ({ what: "set delays", ...delaysAt(body, 2) })],
  [11, 0, [2], () => ({ what: "query train" })],
  [11, 1, [12, 14], train],
  [12, 0, [2], () => ({ what: "query page and counters" })],
];

export function readCommand(body: Uint8Array): Result<Command, WireFault> {
  const rows = ROWS.filter(([number]) => number === body[0]);
  if (rows.length === 0)
    return err({ code: "WIRE_UNKNOWN_FRAME", why: `no command has the number ${body[0]}` });
  const row = rows.find(
    ([, second, lengths]) =>
      lengths.includes(body.length) && (second === null || second === body[1]),
  );
  const command = row?.[3](body) ?? null;
  if (command !== null) return ok(command);
  return err({
    code: "WIRE_BAD_FIELD",
    why: `command ${body[0]} with a length or a field that no client sends`,
  });
}
