/** A Cyton driver on a scripted board: answers in text, packets when the test sends them. */
import { type CytonAmplifier, createCyton } from "../../../drivers/openbci/driver.ts";
import type { AmplifierConfig } from "../../../src/contract/amplifier.ts";
import { type Bench, onBench } from "../amplifiers-common/bench.ts";
import { vector } from "../amplifiers-common/vectors.ts";
import { packetOf } from "./packets.ts";

export type CytonBench = Bench<CytonAmplifier>;

export const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words, "latin1"));
export const configOf = (
  options: Readonly<Record<string, unknown>> = {},
  driver = "openbci-cyton",
): AmplifierConfig => ({ driver, options });

export const ANSWERS: Readonly<Record<string, string>> = {
  v: String(vector("cyton_banner_8ch").meaning["text"]),
  d: "updating channel settings to default$$$",
  x: "Success: Channel set for 1$$$",
  z: "Success: Lead off set for 1$$$",
  "/": "Success: digital$$$",
  "<": "Time stamp ON$$$",
};

/** Answers like a board; `other` comes first. */
export function board(
  bench: CytonBench,
  other: Readonly<Record<string, string | null>> = {},
): void {
  bench.script = (bytes) => {
    const command = String.fromCharCode(bytes[0] ?? 0);
    const answer = command in other ? other[command] : ANSWERS[command];
    if (answer === undefined || answer === null) return;
    bench.clock.at(bench.clock.now() + 20, () => bench.send(text(answer)));
  };
}

export const commandsOf = ({ written }: CytonBench): readonly string[] =>
  written.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));

/** One packet every 4 ms, from the present instant on. */
export async function play(
  bench: CytonBench,
  packets: readonly (Uint8Array | null)[],
  stepMs = 4,
): Promise<void> {
  for (const packet of packets) {
    if (packet !== null) bench.send(packet);
    await bench.clock.wait(stepMs);
  }
}

export const upTo = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, n) => (from + n) % 256);
export const packetsOf = (numbers: readonly number[]): readonly Uint8Array[] =>
  numbers.map((n) => packetOf(n));

export async function streaming(
  work: (bench: CytonBench) => Promise<void>,
  config: AmplifierConfig = configOf(),
  other: Readonly<Record<string, string | null>> = {},
): Promise<void> {
  await onBench(createCyton, config, async (bench) => {
    board(bench, other);
    await bench.amplifier.connect();
    await bench.amplifier.start();
    await work(bench);
  });
}
