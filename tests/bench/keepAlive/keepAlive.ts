import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FAMILY_FIGURES } from "../../../simulators/magstim/core/figures.ts";
import { figure, median, quantile, type Section } from "../figure.ts";
import { nextMessage, startProcess } from "../timing/processes.ts";
import {
  type FarSideReady,
  type FarSideReport,
  type FromParent,
  type ParentOrder,
  RIGS,
} from "./fleet.ts";

/** The silence that ends remote control of an armed device. */
const SILENCE_MS = FAMILY_FIGURES.armedSilenceMs;

type Done = Extract<FromParent, { readonly type: "done" }>;

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

interface Run {
  readonly ready: Promise<void>;
  readonly done: Promise<Done>;
  go(): void;
}

/** A parent that dies is a session that ended early. */
function watch(parent: ChildProcess): Run {
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const { promise: done, resolve: isDone } = Promise.withResolvers<Done>();
  parent.on("message", (message) => {
    const said = message as FromParent;
    if (said.type === "ready") isReady();
    else isDone(said);
  });
  parent.once("exit", (code, signal) => {
    isReady();
    const detail = `its process ended: ${signal ?? code}`;
    isDone({ type: "done", status: "died", detail, controlLost: 0, stalls: 0 });
  });
  return {
    ready,
    done,
    go: () => {
      if (parent.connected) parent.send("go", () => undefined);
    },
  };
}

/** Sixteen runs at once, each with a main process and a rig process of its own, armed and polled. */
export async function benchKeepAlive(folder: string): Promise<Section> {
  const farSide = startProcess(here("./farSideProcess.ts"));
  const { paths, sinkPath } = await nextMessage<FarSideReady>(farSide);
  const runs = paths.map((devicePath, rig) => {
    const order: ParentOrder = { rig, devicePath, folder };
    return watch(startProcess(here("./parentProcess.ts"), [JSON.stringify(order)]));
  });
  // All of them are there before the first is armed.
  await Promise.all(runs.map(({ ready }) => ready));
  const bare = startProcess(here("./pollLoop.ts"), [sinkPath]);
  for (const { go } of runs) go();
  const ends = await Promise.all(runs.map(({ done }) => done));
  const reported = nextMessage<FarSideReport>(farSide);
  farSide.send("report");
  const report = await reported;
  bare.disconnect();
  farSide.disconnect();
  return sectionOf(ends, report);
}

function sectionOf(ends: readonly Done[], { lines, bareGapsMs }: FarSideReport): Section {
  const gapsMs = lines.flatMap((line) => line.gapsMs);
  const silences = gapsMs.filter((ms) => ms > SILENCE_MS).length;
  const lost = lines.reduce((sum, line) => sum + line.lost, 0);
  const controlLost = ends.reduce((sum, end) => sum + end.controlLost, 0);
  const none = { kind: "value at most", limit: 0, words: "none" } as const;
  const early = ends.filter(({ status }) => status !== "completed");
  return {
    title: `${RIGS} armed stimulators at once, their main processes stalling (simulated devices)`,
    samples: [
      { label: "between two frames to a device", unit: "ms", values: gapsMs },
      { label: "bare loop", unit: "ms", values: bareGapsMs },
    ],
    figures: [
      figure("keep-alive.missed", "silences", silences + lost, null, none),
      figure("keep-alive.control-lost", "events", controlLost, null, none),
      figure("keep-alive.gap.median", "ms", median(gapsMs), median(bareGapsMs), { kind: "none" }),
      figure("keep-alive.gap.p95", "ms", quantile(gapsMs, 0.95), quantile(bareGapsMs, 0.95), {
        kind: "none",
      }),
      figure("keep-alive.gap.longest", "ms", Math.max(...gapsMs), Math.max(...bareGapsMs), {
        kind: "value at most",
        limit: SILENCE_MS,
        words: `${SILENCE_MS} ms`,
      }),
      figure("keep-alive.completed", "sessions", RIGS - early.length, RIGS, { kind: "none" }),
    ],
    notes: [
      `${ends.reduce((sum, { stalls }) => sum + stalls, 0)} stalls of 100 ms in ${RIGS} main processes; ${2 * RIGS + 3} processes in all`,
      `missed: longer than ${SILENCE_MS} ms between two frames to an armed device, or an answer of it that the host has no control`,
      ...early.map(({ status, detail }) => `ended early: ${status} (${detail})`),
    ],
  };
}
