import type { Answer } from "../wire/answers.ts";
import { digits, temperatureDigits } from "../wire/digits.ts";
import { type InstrumentBits, instrumentByte } from "../wire/status.ts";

/** All that an answer may show. */
export interface MonophasicReading {
  readonly instrument: InstrumentBits;
  readonly powerPct: number;
  /** Both 0 where there is one stimulator. */
  readonly powerBPct: number;
  readonly interval: number;
  readonly systemMode: string;
  readonly temperaturesC: readonly [number, number];
}

/** The good answer to a command: its letter says what follows the instrument status. */
export function goodAnswer(command: number, reading: MonophasicReading): Answer {
  return {
    kind: "status",
    command,
    status: [instrumentByte(reading.instrument)],
    payload: payloadOf(String.fromCharCode(command), reading),
  };
}

function payloadOf(letter: string, reading: MonophasicReading): string {
  switch (letter) {
    case "F":
      return temperatureDigits(reading.temperaturesC);
    case "J":
      return [reading.powerPct, reading.powerBPct, reading.interval]
        .map((value) => digits(value, 3))
        .join("");
    case "X":
      return reading.systemMode;
    default:
      return "";
  }
}
