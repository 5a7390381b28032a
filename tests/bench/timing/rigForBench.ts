/**
 * The process beside the port, from the parts that `src/app/rig/rigProcess.ts` is made of: driver,
 * guarded port, recorder, trigger path, gate and engine are the real ones. It may differ in the device
 * model, which permits what the bench's body can do; it opens no stop socket, and notes when each
 * write call came back.
 */
import { openSync, write, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { assembleRig, type FarSideSource } from "../../../src/app/rig/assemble.ts";
import { parentLine } from "../../../src/app/rig/lines.ts";
import type { ConfigureMessage } from "../../../src/app/rig/rigConfigMessage.ts";
import type { BytePort, SerialLine } from "../../../src/contract/transport.ts";
import { startRigSession } from "../../../src/engine/rigSession.ts";
import { createPort } from "../../../src/io/openPort.ts";
import { openSafePort } from "../../../src/io/safeBinding.ts";
import { createSerialPort } from "../../../src/io/serialPort.ts";
import { createRealClock, type RealClock } from "../../../src/time/realClock.ts";
import { fastModel } from "./benchModel.ts";
import { askForPriority } from "./priority.ts";

export interface BenchRigMessage extends ConfigureMessage {
  /** Shortest interval that the model of the bench permits, ms; null: the model is the driver's own. */
  readonly minIntervalMs: number | null;
  /** Gets pairs of instants: just before each write, and when it had come back. */
  readonly handedFile: string | null;
  /** The line that stands for RTS; null: the port is as it is. */
  readonly edgePath: string | null;
}

askForPriority();

/**
 * A port whose RTS ends on another line: a pseudo-terminal has no modem lines. As with the real thing
 * a thread of Node's pool does the call, a write instead of an ioctl.
 */
function withRts(path: string, line: SerialLine, clock: RealClock, edgePath: string): BytePort {
  const fd = openSync(edgePath, "r+");
  const edge = Uint8Array.of(1);
  const inPool = promisify(write);
  return createSerialPort({
    path,
    line,
    clock,
    openBinding: async (options) =>
      Object.assign(await openSafePort(options), {
        set: async ({ rts }: { readonly rts?: boolean }) => {
          if (rts === true) await inPool(fd, edge);
        },
      }),
  });
}

/** The same port, with a note of when each write call came back. */
function noting(port: BytePort, clock: RealClock, notes: [number, number][]): BytePort {
  return {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    write: (bytes) => {
      const stamp = port.write(bytes);
      notes.push([stamp.writtenMs, clock.now()]);
      return stamp;
    },
  };
}

async function start(message: BenchRigMessage): Promise<void> {
  const { config, minIntervalMs, handedFile, edgePath } = message;
  const clock = createRealClock({
    originNs: BigInt(config.originNs),
    utcAtOriginMs: config.utcAtOriginMs,
  });
  const notes: [number, number][] = [];
  const open = (port: string, portLine: SerialLine): BytePort =>
    noting(createPort(port, portLine, clock), clock, notes);
  const overCable: FarSideSource = async ({ line }) => {
    const { port } = config.rig.stimulator;
    const own = edgePath === null ? open(port, line) : withRts(port, line, clock, edgePath);
    return { port: own, simulator: null };
  };
  const line = parentLine();
  const rig = await assembleRig(config, clock, overCable, () => null, open);
  const { model } = rig.parts;
  const session = startRigSession(
    {
      ...rig.parts,
      model: minIntervalMs === null ? model : fastModel(model, minIntervalMs),
      parentSilenceMs: config.parentSilenceMs,
    },
    line,
  );
  process.once("disconnect", () => {
    void rig.parts.stimulator.close().finally(() => process.exit(1));
  });
  process.send?.({ type: "configured" });
  await session.ended;
  if (handedFile !== null) writeFileSync(handedFile, JSON.stringify(notes));
  process.exit(0);
}

process.once("message", (message) => {
  void start(message as BenchRigMessage);
});
