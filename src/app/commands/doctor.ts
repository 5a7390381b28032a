import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { listPorts } from "../../io/portList.ts";
import { createRealClock } from "../../time/realClock.ts";
import { loadRig } from "../config/rig.ts";
import { examineRig, readyRig } from "../doctor/examineRig.ts";
import { judgeHost, measureClock } from "../doctor/host.ts";
import { judgePort } from "../doctor/judgePort.ts";
import { portFacts, thisMachine } from "../doctor/portFacts.ts";
import { type DoctorReport, isWell, reportJson, reportLines } from "../doctor/report.ts";
import type { Io } from "../io.ts";
import { STOP_SIGNALS } from "../signals.ts";

export interface DoctorOptions {
  readonly rig?: string;
  readonly json?: boolean;
}

/** Examines this machine, its ports and, with a rig, its devices. Never arms, never fires. */
export async function doctorCommand(options: DoctorOptions, io: Io): Promise<number> {
  const rig = options.rig === undefined ? null : loadRig(options.rig);
  const ready = rig === null ? null : await readyRig(rig, options.rig);
  const stop = listenForStop();
  try {
    const clock = createRealClock();
    const roots = thisMachine();
    const host = judgeHost({
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      clock: await Promise.race([measureClock(clock), stop.stopped]),
    });
    const ports = await listPorts();
    const examined = ports.map((entry) => {
      const facts = portFacts(entry, roots);
      return { facts, checks: judgePort(facts, roots.platform) };
    });
    if (ready !== null) io.err("examining the rig; this takes some seconds, nothing is armed");
    const devices =
      ready === null ? [] : await examineRig(ready, { clock, ports, roots, stopped: stop.stopped });
    const report: DoctorReport = { host, ports: examined, devices };
    if (options.json === true) io.out(JSON.stringify(reportJson(report)));
    else for (const line of reportLines(report)) io.out(line);
    return isWell(report) ? 0 : 4;
  } finally {
    stop.end();
  }
}

/** A signal ends the examination by the same way as its end: control given back, port closed. */
function listenForStop(): { readonly stopped: Promise<never>; end(): void } {
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = (signal) => reject(new PulsetrainError("CLI_STOPPED", `doctor: ${signal}`));
  });
  stopped.catch(() => undefined);
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  return {
    stopped,
    end: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
    },
  };
}
