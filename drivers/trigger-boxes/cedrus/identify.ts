/** The conversation before the first use: protocol, product, pulse length. No line moves in it. */
import type { GuardedBytePort } from "../../../src/contract/guarded.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import {
  ASK_FIRMWARE,
  ASK_MODEL,
  ASK_PRODUCT,
  ASK_PROTOCOL,
  ASK_PULSE,
  linesCommand,
  PRODUCTS,
  pulseCommand,
  SPEAK_XID,
} from "./commands.ts";

const ANSWER_WITHIN_MS = 500;
/** Answers have 7 bytes at most; what is older than these is no answer to the question at hand. */
const KEPT_BYTES = 64;
/** Boxes with lines to trigger by; the others are made for buttons. */
const WITH_LINES: readonly string[] = ["4", "S"];

export async function identifyXid(
  port: GuardedBytePort,
  clock: LabClock,
  pulseMs: number,
): Promise<Readonly<Record<string, string>>> {
  const ask = (question: Uint8Array, answer: RegExp): Promise<string | null> =>
    askXid(port, clock, question, answer);
  let protocol = await ask(ASK_PROTOCOL, /_xid(\d)/s);
  if (protocol === null)
    throw new PulsetrainError("DEVICE_SILENT", "no answer to the question for the protocol");
  if (protocol !== "0") {
    port.write(SPEAK_XID);
    protocol = await ask(ASK_PROTOCOL, /_xid(0)/s);
    if (protocol === null)
      throw new PulsetrainError("DEVICE_WRONG_ANSWER", "the box does not go over to XID");
  }
  port.write(linesCommand(0));
  const product = await ask(ASK_PRODUCT, oneByteTo("_d2", "[0-9S]"));
  if (product === null || !WITH_LINES.includes(product)) {
    const said = product === null ? "nothing" : (PRODUCTS[product] ?? `product ${product}`);
    throw new PulsetrainError("DEVICE_WRONG_ANSWER", `expected c-pod or StimTracker: ${said}`);
  }
  const model = await ask(ASK_MODEL, oneByteTo("_d3", "."));
  const firmware = await ask(ASK_FIRMWARE, oneByteTo("_d4", "."));
  port.write(pulseCommand(pulseMs));
  const told = await ask(ASK_PULSE, /_mp(.{4})/s);
  const toldMs = told === null ? null : Buffer.from(told, "latin1").readUInt32LE();
  if (toldMs !== pulseMs)
    throw new PulsetrainError(
      "DEVICE_READBACK_DIFFERS",
      `pulse length: asked ${pulseMs} ms, read back ${toldMs ?? "nothing"}`,
    );
  return {
    product: PRODUCTS[product] ?? product,
    model: model ?? "not told",
    firmware: firmware ?? "not told",
    pulseMs: String(pulseMs),
  };
}

/** A bare byte, as the open clients read it, or the question in front of it as in other answers. */
function oneByteTo(question: string, byte: string): RegExp {
  return new RegExp(`(?:${question}|^(?!_))(${byte})`, "s");
}

/** What stands in the brackets of the answer; null when none comes in time. */
function askXid(
  port: GuardedBytePort,
  clock: LabClock,
  question: Uint8Array,
  answer: RegExp,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const end = (said: string | null): void => {
      bytes.unsubscribe();
      timer.unsubscribe();
      resolve(said);
    };
    const bytes = port.bytes$.subscribe(({ value }) => {
      heard = (heard + Buffer.from(value).toString("latin1")).slice(-KEPT_BYTES);
      const said = answer.exec(heard)?.[1];
      if (said !== undefined) end(said);
    });
    const timer = clock.at(clock.now() + ANSWER_WITHIN_MS, () => end(null));
    try {
      port.write(question);
    } catch (error) {
      end(null);
      reject(error);
    }
  });
}
