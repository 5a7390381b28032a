/**
 * Records the golden sessions anew: `node tests/replay/writeGolden.ts`, or those that are named behind it. Do so only when a change of
 * what goes over the wire or into the journal is meant, and say it in the changelog.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunOptions, runCommand } from "../../src/app/commands/run.ts";
import { readJournal } from "../../src/journal/read.ts";
import { type Golden, type GoldenName, goldenFile } from "./golden.ts";

const folder = mkdtempSync(join(tmpdir(), "pulsetrain-golden-"));
const silent = { out: () => undefined, err: () => undefined, errIsTerminal: false, colours: false };

const TRAINS = `
pulsetrain: 1
id: golden-trains
name: three short trains
intensity: { value: 100, base: "%RMT" }
pattern: { type: conventional, frequencyHz: 20, pulsesPerTrain: 20, trains: 3, interTrainIntervalS: 9 }
`;
const SINGLES = `
pulsetrain: 1
id: golden-singles
name: six single pulses
intensity: { value: 110, base: "%RMT" }
pattern: { type: single, totalPulses: 6, interPulseS: [4, 6] }
`;
const SHORT = `
pulsetrain: 1
id: golden-short
name: two short trains in real time
intensity: { value: 100, base: "%RMT" }
pattern: { type: conventional, frequencyHz: 10, pulsesPerTrain: 5, trains: 2, interTrainIntervalS: 2 }
`;
const TWO = `
pulsetrain: 1
id: golden-two
name: two single pulses in real time
intensity: { value: 50, base: "%MSO" }
pattern: { type: single, totalPulses: 2, interPulseS: [2, 2] }
`;
const STREAM = `
name: device-that-speaks-by-itself
simulated: true
stimulator: { driver: duomag, port: simulated }
`;
const UNLOCKED = `
name: with-unlock-code
simulated: true
stimulator: { driver: magstim-super-rapid2, port: simulated, mains: 240, softwareVersion: "9.0", unlockCode: "env:GOLDEN_CODE" }
`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const wanted = process.argv.slice(2);
const isWanted = (name: GoldenName): boolean => wanted.length === 0 || wanted.includes(name);

async function record(name: GoldenName, protocol: string, options: RunOptions): Promise<void> {
  if (!isWanted(name)) return;
  const db = join(folder, `${name}.db`);
  await runCommand(
    file(`${name}.yaml`, protocol),
    { threshold: ["RMT=45"], seed: 11, speed: "max", ...options, db },
    silent,
  );
  const read = readJournal(db);
  const [line] = read.list();
  if (line === undefined) throw new Error(`nothing was recorded for ${name}`);
  const events = read.events(line.session);
  const hashes = events.flatMap((event) =>
    event.kind === "run.start" || event.kind === "segment"
      ? Object.values((event.body["documents"] ?? {}) as Record<string, string>)
      : [],
  );
  const documents = Object.fromEntries(hashes.map((hash) => [hash, read.document(hash)]));
  read.close();
  const golden: Golden = { session: line.session, events, documents };
  writeFileSync(goldenFile(name), `${JSON.stringify(golden, null, 1)}\n`);
  process.stdout.write(`${name}: ${events.length} events, ${line.status}\n`);
}

process.env["GOLDEN_CODE"] = "a1b2-c3d4e5f6-1b";
await record("trains", TRAINS, {});
await record("singles", SINGLES, {});
await record("jammed-train", TRAINS, { fault: ["jam-train@pulse:25"] });
await record("unlocked", TRAINS, { rig: file("unlocked-rig.yaml", UNLOCKED) });
await record("real-time", SHORT, { speed: "real" });
await record("status-stream", TWO, { speed: "real", rig: file("stream-rig.yaml", STREAM) });
if (isWanted("stopped")) setTimeout(() => process.kill(process.pid, "SIGINT"), 6_000);
await record("stopped", TRAINS, { speed: "real" });
rmSync(folder, { recursive: true });
process.exit(0);
