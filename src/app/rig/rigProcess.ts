/**
 * Entry of the process beside the port. It is forked by the process that owns the journal, builds
 * its rig from the first message, and ends when that process is done or gone. Terminal signals are
 * for the parent: here they are ignored, so that a stop takes one road only.
 */
import { constants, setPriority } from "node:os";
import { startRigSession } from "../../engine/rigSession.ts";
import { createPort } from "../../io/openPort.ts";
import { createRealClock } from "../../time/realClock.ts";
import { assembleRig, type FarSideSource, simulatedFarSide } from "./assemble.ts";
import { parentLine } from "./lines.ts";
import type { ConfigureMessage } from "./rigConfigMessage.ts";
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
  void start(message as ConfigureMessage);
});

/** The one place that can open a real port. */
const farSide: FarSideSource = async (parts) => {
  const { port } = parts.config.rig.stimulator;
  if (port === "simulated") return simulatedFarSide(parts);
  return { port: createPort(port, parts.line, parts.clock), simulator: null };
};

async function start({ config }: ConfigureMessage): Promise<void> {
  const clock = createRealClock({
    originNs: BigInt(config.originNs),
    utcAtOriginMs: config.utcAtOriginMs,
  });
  const line = parentLine();
  const rig = await assembleRig(config, clock, farSide);
  const session = startRigSession({ ...rig.parts, parentSilenceMs: config.parentSilenceMs }, line);
  const server =
    config.stopSocket === null
      ? null
      : offerStop(config.stopSocket, () => session.stop("pulsetrain stop"));
  // With the parent gone nobody sends `end`: the stop has been set by the closed line, and what is
  // left is to disarm and go.
  process.once("disconnect", () => {
    void rig.parts.stimulator.close().finally(() => leave(1));
  });
  const leave = (code: number): void => {
    withdrawStop(server, config.stopSocket);
    rig.dispose();
    process.exit(code);
  };
  process.send?.({ type: "configured" });
  await session.ended;
  if (process.connected) process.disconnect();
  leave(0);
}
