import { runSimulate, type SimulateOptions } from "../../../src/app/simulate/runSimulate.ts";

/** Runs one hosted simulator with the options of the first argument over the defaults. */
const overrides = JSON.parse(process.argv[2] ?? "{}") as Partial<SimulateOptions>;
const exit = await runSimulate({
  model: "magstim-super-rapid2",
  link: null,
  tcpPort: null,
  dischargesFile: null,
  seed: 1,
  softwareVersion: null,
  unlockCode: null,
  mains: 240,
  faults: [],
  json: false,
  io: {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stdout.write(`err ${line}\n`),
    errIsTerminal: false,
    colours: false,
  },
  orders: process.stdin,
  ...overrides,
}).catch((error: unknown) => {
  process.stdout.write(`${String(error)}\n`);
  return 99;
});
process.exitCode = exit;
