/**
 * The process beside the port, from the parts that `src/app/rig/rigProcess.ts` is made of: driver,
 * guarded port, recorder, gate and engine are the real ones. It differs in the device model, which
 * permits what the bench's body can do, and it opens no stop socket.
 */
import { assembleRig, type FarSideSource } from "../../../src/app/rig/assemble.ts";
import { parentLine } from "../../../src/app/rig/lines.ts";
import type { ConfigureMessage } from "../../../src/app/rig/rigConfigMessage.ts";
import { startRigSession } from "../../../src/engine/rigSession.ts";
import { createPort } from "../../../src/io/openPort.ts";
import { createRealClock } from "../../../src/time/realClock.ts";
import { fastModel } from "./benchModel.ts";
import { askForPriority } from "./priority.ts";

askForPriority();

const overCable: FarSideSource = async ({ config, line, clock }) => ({
  port: createPort(config.rig.stimulator.port, line, clock),
  simulator: null,
});

async function start({ config }: ConfigureMessage): Promise<void> {
  const clock = createRealClock({
    originNs: BigInt(config.originNs),
    utcAtOriginMs: config.utcAtOriginMs,
  });
  const line = parentLine();
  const rig = await assembleRig(config, clock, overCable);
  const parts = {
    ...rig.parts,
    model: fastModel(rig.parts.model),
    parentSilenceMs: config.parentSilenceMs,
  };
  const session = startRigSession(parts, line);
  process.once("disconnect", () => {
    void rig.parts.stimulator.close().finally(() => process.exit(1));
  });
  process.send?.({ type: "configured" });
  await session.ended;
  process.exit(0);
}

process.once("message", (message) => {
  void start(message as ConfigureMessage);
});
