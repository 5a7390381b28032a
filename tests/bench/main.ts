/**
 * `npm run bench`: every promised figure beside a floor that is measured in the same run. With
 * `--json` a line a figure on stdout and the tables on stderr; `--only NAME` runs one section. A
 * missed bound is told and no failure; a benchmark that breaks is one.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchAmplifiers } from "./amplifiers/amplifiers.ts";
import { benchCodecs } from "./codecs/codecs.ts";
import { benchDevices } from "./devices/devices.ts";
import type { Figure, Section } from "./figure.ts";
import { benchIntents } from "./intents/intents.ts";
import { benchKeepAlive } from "./keepAlive/keepAlive.ts";
import { printSection } from "./print.ts";
import { benchRoundTrip } from "./roundTrip/roundTrip.ts";
import { benchSamples } from "./samples/samples.ts";
import { benchStartUp } from "./startUp/startUp.ts";
import { benchLateness } from "./timing/lateness.ts";
import { benchStall } from "./timing/stall.ts";
import { benchVirtual } from "./virtual/virtual.ts";

/** Pulses that are written for the distribution of lateness. */
const PULSES = 2000;

type Bench = (folder: string) => Section | Promise<Section>;

const BENCHES: Readonly<Record<string, Bench>> = {
  lateness: (folder) => benchLateness(folder, PULSES),
  stall: benchStall,
  "round-trip": benchRoundTrip,
  devices: benchDevices,
  "keep-alive": benchKeepAlive,
  intents: benchIntents,
  virtual: benchVirtual,
  codecs: benchCodecs,
  amplifiers: benchAmplifiers,
  samples: benchSamples,
  "start-up": benchStartUp,
};

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string" } },
});
const chosen = Object.entries(BENCHES).filter(
  ([name]) => options.only === undefined || options.only === name,
);
if (chosen.length === 0) {
  process.stderr.write(`--only ${options.only}: expected ${Object.keys(BENCHES).join(", ")}\n`);
  process.exit(2);
}

const tell = (text: string): void => {
  (options.json ? process.stderr : process.stdout).write(text);
};

const folder = mkdtempSync(join(tmpdir(), "pulsetrain-bench-"));
process.env["PULSETRAIN_STOP_DIR"] = join(folder, "stop");
const figures: Figure[] = [];
const startMs = performance.now();
const load = loadavg()
  .map((average) => average.toFixed(1))
  .join(" ");
tell(
  `Every device here is simulated. Node ${process.versions.node}, ${availableParallelism()} processors, load before the start ${load}.\n`,
);
for (const [name, bench] of chosen) {
  try {
    const section = await bench(folder);
    tell(printSection(section));
    figures.push(...section.figures);
    if (!options.json) continue;
    for (const figure of section.figures) process.stdout.write(`${JSON.stringify(figure)}\n`);
  } catch (error) {
    tell(`\n${name} broke: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}
rmSync(folder, { recursive: true, force: true });

const bounded = figures.filter(({ bound, value }) => bound !== null && value !== null);
const missed = bounded.filter(({ ok }) => !ok).map(({ name }) => name);
const verdict = missed.length === 0 ? "all met" : `missed: ${missed.join(", ")}`;
const tookS = (performance.now() - startMs) / 1000;
tell(`\n${bounded.length} bounds, ${verdict}; ${tookS.toFixed(0)} s.\n`);
