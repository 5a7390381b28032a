import { type ForkOptions, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LabClock } from "../../contract/time.ts";
import type { FromRig, Line, ToRig } from "../../engine/messages.ts";
import { startRigSession } from "../../engine/rigSession.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { assembleRig, type FarSideSource, simulatedFarSide } from "../rig/assemble.ts";
import { childLine, linePair } from "../rig/lines.ts";
import type { RigProcessConfig } from "../rig/rigConfigMessage.ts";

/** Where the rig lives: beside the port in a process of its own, or here on the virtual clock. */
export interface RigHost {
  readonly line: Line<ToRig, FromRig>;
  kill(): void;
  /** Ends what the session left behind. */
  dispose(): void;
}

const RIG_PROCESS = fileURLToPath(new URL("../rig/rigProcess.ts", import.meta.url));

/**
 * How the process beside the port is forked: in a group of its own, so that what a terminal sends to
 * everybody (Ctrl-C, Ctrl-Z) takes one road only and never halts it.
 */
export const RIG_FORK: ForkOptions = {
  detached: process.platform !== "win32",
  serialization: "advanced",
  stdio: ["ignore", "inherit", "inherit", "ipc"],
};

/** Forks the rig process; resolves when it has built its rig. Nothing is opened yet. */
export function startRigProcess(config: RigProcessConfig): Promise<RigHost> {
  const child = fork(RIG_PROCESS, [], RIG_FORK);
  const host: RigHost = {
    line: childLine(child),
    kill: () => child.kill("SIGKILL"),
    dispose: () => {
      if (child.connected) child.disconnect();
    },
  };
  return new Promise((resolve, reject) => {
    const died = (how: string): void =>
      reject(new PulsetrainError("RIG_PROCESS_DIED", `before it was ready (${how})`));
    // Also of a message to a process that has just died; without a listener it would end this one.
    child.on("error", (error) => died(error.message));
    child.once("message", () => resolve(host));
    child.once("exit", (code, signal) => died(signal ?? `exit ${code}`));
    child.send({ type: "configure", config });
  });
}

/** The same rig in this process, on any clock; for the virtual clock, replay and tests. */
export async function startRigHere(
  config: RigProcessConfig,
  clock: LabClock,
  source: FarSideSource = simulatedFarSide,
  secret?: (pointer: string | undefined) => string | null,
): Promise<RigHost> {
  const pair = linePair();
  const rig = await assembleRig(config, clock, source, secret);
  startRigSession({ ...rig.parts, parentSilenceMs: config.parentSilenceMs }, pair.rig);
  return {
    line: pair.main,
    kill: () => pair.cut("killed"),
    dispose: () => rig.dispose(),
  };
}
