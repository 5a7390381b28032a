import { driver } from "../../../drivers/magstim/index.ts";
import { createLine } from "../../../drivers/magstim/link/line.ts";
import { encode } from "../../../drivers/magstim/wire/commands.ts";
import type { Dialect } from "../../../drivers/magstim/wire/dialect.ts";
import { toHex } from "../../../src/base/hex.ts";
import { guardPort } from "../../../src/io/guardedPort.ts";
import { recordPort } from "../../../src/io/recorder.ts";
import { createSerialPort } from "../../../src/io/serialPort.ts";
import { createRealClock } from "../../../src/time/realClock.ts";
import { type BareClient, bareClient, runClient, type Step } from "../client/client.ts";
import { figure, median, type Section, skipped } from "../figure.ts";
import { startDevice } from "../timing/device.ts";

/** Blocks of both clients take turns. */
const BLOCKS = 8;
const REQUESTS = 150;
const PAUSE_US = 1000;
const MOST_TIMES_BARE = 2.5;
const TIMEOUT_MS = 1000;
const MODEL = "magstim-super-rapid2";
const DIALECT: Dialect = { model: "rapid", major: 11, highResolution: false };
/** The question for the coil's temperature needs no remote control; its answer has 9 bytes. */
const QUESTION = { command: "getTemperature" } as const;
const ANSWER_BYTES = 9;

/** The same questions with the same pauses. */
function askBare(client: BareClient, path: string): Promise<readonly number[]> {
  const frame = encode(QUESTION, DIALECT);
  if (!frame.ok) throw new Error(frame.error.why);
  const hex = toHex(frame.value);
  const asks = Array.from({ length: REQUESTS }, (): readonly Step[] => [
    { step: "ask", hex },
    { step: "wait", us: PAUSE_US },
  ]);
  return runClient(client, path, [
    { step: "drop" },
    { step: "match", answer: { length: ANSWER_BYTES } },
    ...asks.flat(),
  ]);
}

/** Serial port, recorder, guard, line and codec: all that stands between an engine and the cable. */
async function askOurs(path: string): Promise<readonly number[]> {
  const clock = createRealClock();
  const recorded = recordPort(createSerialPort({ path, line: driver.line, clock }), {
    clock,
    redact: driver.redact ?? ((bytes) => bytes),
    sink: () => undefined,
  });
  const classify = driver.classifier({
    driver: MODEL,
    mains: 240,
    softwareVersion: null,
    options: {},
  });
  const port = guardPort(recorded, { deviceId: "bench", classify, clock });
  await port.open();
  const line = createLine({
    port,
    clock,
    dialect: DIALECT,
    onAnswer: () => undefined,
    onJunk: () => undefined,
  });
  const tripsUs: number[] = [];
  for (let i = 0; i < REQUESTS; i += 1) {
    const startMs = clock.now();
    const exchange = await line.ask(QUESTION, { timeoutMs: TIMEOUT_MS });
    if (exchange.kind !== "answer") throw new Error(`no answer: ${exchange.kind}`);
    tripsUs.push((clock.now() - startMs) * 1000);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_US / 1000));
  }
  line.end("done");
  await port.close();
  recorded.stopRecording();
  return tripsUs;
}

/** A question and its answer over a pseudo-terminal, against the same simulated device. */
export async function benchRoundTrip(folder: string): Promise<Section> {
  const title = "Round trip of a question over a pseudo-terminal (simulated device)";
  const client = bareClient(folder);
  if (client === null) {
    const bound = `ratio at most ${MOST_TIMES_BARE}`;
    return {
      title,
      samples: [],
      figures: [skipped("round-trip.median", "us", bound)],
      notes: ["skipped: neither gcc nor python3 is here to make a client to compare with"],
    };
  }
  const device = await startDevice({ prompt: false, model: MODEL, body: {} });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let block = 0; block < BLOCKS; block += 1) {
    ours.push(...(await askOurs(device.devicePath)));
    bare.push(...(await askBare(client, device.devicePath)));
  }
  device.close();
  return {
    title,
    samples: [
      { label: "pulsetrain", unit: "us", values: ours },
      { label: client.what, unit: "us", values: bare },
    ],
    figures: [
      figure("round-trip.median", "us", median(ours), median(bare), {
        kind: "ratio at most",
        limit: MOST_TIMES_BARE,
      }),
    ],
    notes: [],
  };
}
