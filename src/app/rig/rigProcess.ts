/**
 * Entry of the process beside the port. It is forked by the process that owns the journal, builds
 * its rig from the first message, and ends when that process is done or gone. Terminal signals are
 * for the parent: here they are ignored, so that a stop takes one road only.
 */
import { constants, setPriority } from "node:os";
import type { BytePort } from "../../contract/transport.ts";
import { startRigSession } from "../../engine/rigSession.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { createPort } from "../../io/openPort.ts";
import { createRealClock } from "../../time/realClock.ts";
import type { RigConfig } from "../config/rig.ts";
import { readSecret } from "../config/secret.ts";
import { assembleRig, type FarSideSource, simulatedFarSide } from "./assemble.ts";
import { parentLine } from "./lines.ts";
import { proveSimulated } from "./proveSimulated.ts";
import { readConfigure } from "./readConfigure.ts";
import { offerStop, withdrawStop } from "./stopSocket.ts";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const) {
  process.on(signal, () => undefined);
}

// On a busy machine this is the difference between a dose in time and a skipped one. An ordinary
// user may not ask for it; then the doses that come late are skipped, as ever.
try {
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {}

process.once("message", (message) => {
  void start(message);
});

/** Disarming, giving up control and closing take less; a port that hangs must not keep a process. */
const LEAVE_WITHIN_MS = 3_000;

/** The one place of a run that can open a real port; `doctor` is the other, and permits nothing. */
const farSide: FarSideSource = async (parts) => {
  const { rig } = parts.config;
  const { port } = rig.stimulator;
  if (port === "simulated") return simulatedFarSide(parts);
  return { port: provenPort(createPort(port, parts.line, parts.clock), rig), simulator: null };
};

/**
 * A rig that calls itself simulated proves it once more in the moment of opening: since the run was
 * checked the link may have been turned to another device.
 */
function provenPort(port: BytePort, rig: RigConfig): BytePort {
  return {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    async open() {
      await proveSimulated(rig);
      await port.open();
    },
  };
}

async function start(message: unknown): Promise<void> {
  const read = readConfigure(message);
  if (!read.ok) throw new PulsetrainError("CLI_BUG", `configure: ${read.error}`);
  const config = read.value;
  const clock = createRealClock({
    originNs: BigInt(config.originNs),
    utcAtOriginMs: config.utcAtOriginMs,
  });
  const line = parentLine();
  const rig = await assembleRig(config, clock, farSide, readSecret, (port, portLine) =>
    provenPort(createPort(port, portLine, clock), config.rig),
  );
  const { stimulator } = rig.parts;
  const session = startRigSession({ ...rig.parts, parentSilenceMs: config.parentSilenceMs }, line);
  const server =
    config.stopSocket === null
      ? null
      : offerStop(config.stopSocket, (lost) => session.stop(lost ?? "pulsetrain stop"));
  const leave = (code: number): void => {
    withdrawStop(server, config.stopSocket);
    rig.dispose();
    process.exit(code);
  };
  const closeAndLeave = (code: number): void => {
    clock.at(clock.now() + LEAVE_WITHIN_MS, () => leave(code));
    void stimulator
      .close()
      .then(() => rig.parts.accessories?.close())
      .finally(() => leave(code));
  };
  // An error that nobody caught: what this process believes may be wrong, so it disarms and goes.
  onUncaught((error) => {
    session.fail(
      "CLI_BUG",
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    closeAndLeave(1);
  });
  // With the parent gone nobody sends `end`: the stop has been set by the closed line, and what is
  // left is to disarm and go.
  process.once("disconnect", () => closeAndLeave(1));
  process.send?.({ type: "configured" });
  await session.ended;
  if (process.connected) process.disconnect();
  leave(0);
}

/** Once: an error while leaving must not keep this process from leaving. */
function onUncaught(listener: (error: unknown) => void): void {
  let told = false;
  const tell = (error: unknown): void => {
    if (told) return;
    told = true;
    listener(error);
  };
  process.on("uncaughtException", tell);
  process.on("unhandledRejection", tell);
}
