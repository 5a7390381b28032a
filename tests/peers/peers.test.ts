/**
 * A lasting second opinion: a client and a device in Python that share neither code nor tables with
 * this project hold whole sessions with the simulator and with the driver, in real processes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { addressOf, jsonLines, MAIN, type Scene, scene } from "./scene.ts";

const CLIENT = fileURLToPath(new URL("./rapid_client.py", import.meta.url));
const DEVICE = fileURLToPath(new URL("./rapid_device.py", import.meta.url));

/** An invented code; it reaches the driver through the environment. */
const CODE = "a1b2-c3d4e5f6-1b";
const CODE_VARIABLE = "PEERS_UNLOCK_CODE";

const PROTOCOL = `pulsetrain: 1
id: peers
blocks:
  - label: single
    target: M1 hotspot
    intensity: { value: 100, base: "%RMT" }
    pattern: { type: single, totalPulses: 2, interPulseS: [1.5, 1.5] }
  - { restS: 2 }
  - label: trains
    target: M1 hotspot
    intensity: { value: 110, base: "%RMT" }
    pattern: { type: conventional, frequencyHz: 10, pulsesPerTrain: 5, interTrainIntervalS: 2, trains: 2 }
`;

interface Fired {
  readonly from: number;
  readonly to: number;
  readonly pulses: number;
  readonly power: number;
}

interface ClientReport {
  readonly problems: readonly string[];
  readonly fired: readonly Fired[];
}

async function clientOn(
  scene: Scene,
  port: string,
  major: string,
  kind: "plain" | "plus",
): Promise<ClientReport> {
  const code = Number(major) >= 9 ? [CODE] : [];
  const { out, err } = await scene.spawn("python3", [CLIENT, port, major, kind, ...code]).ended();
  const [report] = jsonLines(out);
  if (report === undefined) throw new Error(`the client said nothing: ${err}`);
  return report as ClientReport;
}

interface DeviceLine {
  readonly t?: number;
  readonly against?: string;
  readonly pulse?: number;
  readonly power?: number;
  readonly end?: { readonly state: string; readonly remote: boolean; readonly fired: number };
}

interface Device {
  readonly port: string;
  /** Ends the device; all that it wrote down. */
  log(): Promise<readonly DeviceLine[]>;
}

async function device(scene: Scene, major: string): Promise<Device> {
  const file = join(scene.folder, "device.jsonl");
  const code = Number(major) >= 9 ? [CODE] : [];
  const process = scene.spawn("python3", [DEVICE, major, file, ...code]);
  const port = await addressOf(process);
  return {
    port,
    log: async () => {
      process.stop();
      await process.ended();
      return jsonLines(readFileSync(file, "utf8")) as DeviceLine[];
    },
  };
}

// In real time beside other work a process may not get the processor for longer than a device
// tolerates; a disagreement shows every time.
describe.concurrent("independent peers of the Rapid group", { retry: 2 }, () => {
  for (const [model, version] of [
    ["magstim-rapid2", "5.0"],
    ["magstim-super-rapid2-plus", "9.0"],
    ["magstim-super-rapid2", "11.0"],
  ] as const) {
    it(`a client in Python finds ${model} ${version} to be as published, and every pulse at its time`, async (context) => {
      const { expect } = context;
      const at = scene(context);
      const [major = ""] = version.split(".");
      const discharges = join(at.folder, "discharges.jsonl");
      const lock = Number(major) >= 9 ? ["--unlock-code", CODE] : [];
      const simulator = at.spawn(process.execPath, [
        MAIN,
        ...["simulate", model, "--software-version", version, ...lock],
        ...["--link", join(at.folder, "port"), "--discharges", discharges],
      ]);
      const { problems, fired } = await clientOn(
        at,
        await addressOf(simulator),
        major,
        model.endsWith("plus") ? "plus" : "plain",
      );
      expect(problems).toEqual([]);
      const seen = jsonLines(readFileSync(discharges, "utf8")) as {
        readonly t: number;
        readonly intensityPctMso: readonly number[];
      }[];
      const asked = fired.flatMap((one) => Array.from({ length: one.pulses }, () => one));
      expect(seen.map(({ intensityPctMso }) => intensityPctMso)).toEqual(
        asked.map(({ power }) => [power]),
      );
      // Cause and effect on one clock: no tolerance is needed.
      for (const [i, { t }] of seen.entries()) {
        expect(t).toBeGreaterThanOrEqual(Number(asked[i]?.from.toFixed(6)));
        expect(t).toBeLessThanOrEqual(asked[i]?.to ?? 0);
      }
      simulator.stop();
      expect((await simulator.ended()).code).toBe(0);
    });
  }

  for (const major of ["7", "11"]) {
    it(`a device in Python, version ${major}, has nothing against a session of the driver`, async (context) => {
      const { expect } = context;
      const at = scene(context);
      const { port, log } = await device(at, major);
      const rig = join(at.folder, "rig.yaml");
      const lock = Number(major) >= 9 ? `, unlockCode: "env:${CODE_VARIABLE}"` : "";
      writeFileSync(
        rig,
        `{ name: peer, simulated: true, stimulator: { driver: magstim-super-rapid2, port: ${port}, mains: 240${lock} } }\n`,
      );
      const protocol = join(at.folder, "peers.yaml");
      writeFileSync(protocol, PROTOCOL);
      const run = await at
        .spawn(
          process.execPath,
          [
            MAIN,
            ...["run", protocol, "--rig", rig, "--threshold", "RMT=40"],
            ...["--db", join(at.folder, "journal.db"), "--json"],
          ],
          { PULSETRAIN_SIMULATED_PORT: port, [CODE_VARIABLE]: CODE },
        )
        .ended();
      const lines = await log();
      expect(lines.filter(({ against }) => against !== undefined)).toEqual([]);
      expect(run.code, run.err).toBe(0);
      expect(jsonLines(run.out).at(-1)).toMatchObject({
        status: "completed",
        ...{ planned: 12, delivered: 12, unknown: 0, skipped: 0 },
      });
      const powers = lines.flatMap(({ pulse, power }) => (pulse === undefined ? [] : [power]));
      expect(powers).toEqual([40, 40, ...Array.from({ length: 10 }, () => 44)]);
      expect(lines.at(-1)?.end).toEqual({ state: "standby", remote: false, fired: 12 });
    });
  }

  it("the client in Python is content with the device in Python, which notes its every trespass", async (context) => {
    const { expect } = context;
    const at = scene(context);
    const { port, log } = await device(at, "11");
    expect((await clientOn(at, port, "11", "plain")).problems).toEqual([]);
    const against = (await log()).flatMap(({ against }) =>
      against === undefined ? [] : [against],
    );
    expect(against).toEqual(
      expect.arrayContaining([
        "needs control",
        "wrong checksum",
        "fire while standby",
        "fire while armed",
        "[ while ready",
        "B while train",
        "B while wait",
        "silent for a second while armed",
      ]),
    );
  });
});
