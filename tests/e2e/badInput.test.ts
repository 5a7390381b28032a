import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { type Lab, PATIENCE_MS, RMT, test } from "./lab.ts";
import { type Finished, MAIN } from "./processes.ts";
import { protocolText, trainsText } from "./protocols.ts";

/** What a rig file says of its stimulator, on one line. */
function rigText(stimulator: string, simulated = true): string {
  return `name: bench\nsimulated: ${simulated}\nstimulator: { ${stimulator} }\n`;
}

const UNIT = "driver: magstim-super-rapid2, mains: 240";

interface Input {
  readonly protocol?: string;
  readonly rig?: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A run on the virtual clock with the default rig, except for what is said otherwise. */
async function runWith(lab: Lab, input: Input): Promise<Finished> {
  const protocol = lab.file("p.yaml", input.protocol ?? trainsText(2, 5, 2));
  const rig = input.rig === undefined ? [] : ["--rig", lab.file("rig.yaml", input.rig)];
  const speed = input.rig === undefined ? ["--speed", "max"] : [];
  const options = input.options ?? RMT;
  return lab.cli(["run", protocol, "--db", lab.db, "--json", ...speed, ...rig, ...options], {
    env: input.env ?? {},
  });
}

async function expectRefused(
  lab: Lab,
  input: Input,
  code: number,
  words: readonly RegExp[],
): Promise<void> {
  const end = await runWith(lab, input);
  for (const pattern of words) expect(end.stderr).toMatch(pattern);
  expect(end.code, end.stderr).toBe(code);
  // However it ends: nothing but results on stdout, and nothing armed.
  for (const line of end.stdout.split("\n").filter((text) => text !== "")) JSON.parse(line);
  if (existsSync(lab.db)) {
    const kinds = lab.events().map(({ kind }) => kind);
    expect(kinds).not.toContain("arm");
    expect(kinds).not.toContain("intent");
  }
}

/** A rule's id, and in brackets where it comes from. */
function cited(rule: string): RegExp {
  return new RegExp(`${rule}\\b[^[]*\\[[^\\]]{5,}\\]`);
}

interface Case extends Input {
  readonly name: string;
  readonly code: 2 | 3 | 4;
  readonly words: readonly RegExp[];
}

const FILES: readonly Case[] = [
  {
    name: "a field that nobody knows",
    protocol: trainsText(2, 5, 2).replace("trains:", "colour: red, trains:"),
    code: 2,
    words: [/p\.yaml:\d+:\d+ pattern\.colour: expected/],
  },
  {
    name: "a figure with a unit in it",
    protocol: trainsText(2, 5, 2).replace("frequencyHz: 10", 'frequencyHz: "10 Hz"'),
    code: 2,
    words: [/p\.yaml:\d+:\d+ pattern\.frequencyHz: expected a number.*got "10 Hz"/],
  },
  {
    name: "an intensity in a unit that is none",
    protocol: protocolText({
      intensity: '{ value: 90, base: "%RTM" }',
      pattern: "{ type: single, totalPulses: 2, interPulseS: [5, 5], jitter: null }",
    }),
    code: 2,
    words: [/p\.yaml:\d+:\d+ intensity\.base: expected %RMT.*got "%RTM"/],
  },
  {
    name: "text that is no YAML",
    protocol: "pulsetrain: [1\nname: x",
    code: 2,
    words: [/p\.yaml:\d+:\d+/],
  },
  {
    name: "a driver that there is not",
    rig: rigText("driver: magstim-rapid3, port: simulated, mains: 240"),
    code: 2,
    words: [/rig\.yaml:3:\d+ stimulator\.driver/, /magstim-rapid2, magstim-super-rapid2/],
  },
  {
    name: "a rig without its mains voltage",
    rig: rigText("driver: magstim-super-rapid2, port: simulated"),
    code: 2,
    words: [/rig\.yaml:3:\d+ stimulator/, /mains: 240/],
  },
  {
    name: "a rig with a field that nobody knows",
    rig: rigText(`${UNIT}, port: simulated, baud: 9600`),
    code: 2,
    words: [/rig\.yaml:3:\d+ stimulator\.baud/],
  },
  {
    name: "an unlock code written into the rig file, without showing it",
    rig: rigText(`${UNIT}, port: simulated, unlockCode: "7a1b-2c3d"`),
    code: 2,
    words: [/rig\.yaml:3:\d+ stimulator\.unlockCode/, /^(?![\s\S]*7a1b-2c3d)/],
  },
  {
    name: "an unlock code that its pointer does not lead to",
    rig: rigText(`${UNIT}, port: simulated, unlockCode: "env:PULSETRAIN_TEST_NO_CODE"`),
    code: 2,
    words: [/rig\.yaml:3:\d+ stimulator\.unlockCode: env:PULSETRAIN_TEST_NO_CODE/],
  },
  {
    name: "a threshold that is no number",
    options: ["--threshold", "RMT=lots"],
    code: 2,
    words: [/--threshold RMT=lots: expected RMT=PERCENT_MSO/],
  },
  {
    name: "a real rig without a session file",
    rig: rigText(`${UNIT}, port: /dev/ttyS77`, false),
    code: 2,
    words: [/--session/],
  },
  {
    name: "the virtual clock with a port of this world",
    rig: rigText(`${UNIT}, port: /dev/ttyS77`),
    options: [...RMT, "--speed", "max"],
    code: 2,
    words: [/--speed max/, /simulated/],
  },
];

const RULES: readonly Case[] = [
  { name: "no RMT", options: [], code: 3, words: [cited("INT-01"), /RMT/] },
  {
    name: "an intensity above the device's output",
    protocol: trainsText(2, 5, 2).replace("value: 90", "value: 230"),
    code: 3,
    words: [cited("INT-03"), /104 %MSO/],
  },
  {
    name: "a train beyond the table",
    protocol: protocolText({
      intensity: '{ value: 120, base: "%RMT" }',
      pattern:
        "{ type: conventional, frequencyHz: 20, pulsesPerTrain: 100, trainDurationS: 5, interTrainIntervalS: 30, trains: 2, totalPulses: 200 }",
    }),
    code: 3,
    words: [cited("DUR-01")],
  },
  {
    name: "a train beyond the table, dressed as single pulses",
    protocol: protocolText({
      intensity: '{ value: 120, base: "%RMT" }',
      pattern: "{ type: single, totalPulses: 100, interPulseS: [0.05, 0.05], jitter: null }",
    }),
    code: 3,
    words: [cited("ITI-03")],
  },
  {
    name: "a train beyond the table, dressed as a custom pattern",
    protocol: protocolText({
      intensity: '{ value: 120, base: "%RMT" }',
      pattern: `{ type: custom, pulseTimesMs: [${Array.from({ length: 100 }, (_, i) => 50 * i).join(", ")}], trains: 1, totalPulses: 100 }`,
    }),
    code: 3,
    words: [cited("DUR-01")],
  },
  {
    name: "a rig that says it is simulated and cannot prove it",
    rig: rigText(`${UNIT}, port: /dev/ttyS77`),
    code: 3,
    words: [/RIG_NOT_PROVEN_SIMULATED/, /PULSETRAIN_SIMULATED_PORT/],
  },
];

describe.concurrent("a file that is not right", { timeout: PATIENCE_MS }, () => {
  for (const { name, code, words, ...input } of FILES)
    test(`ends with ${code}: ${name}`, ({ lab }) => expectRefused(lab, input, code, words));

  test("ends with 2: a protocol that there is not, with the names that may be meant", async ({
    lab,
  }) => {
    const end = await lab.cli(["run", "koch-2022-precuneus", "--db", lab.db, ...RMT]);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain("koch-2022-precuneus-24wk");
    expect(end.stdout).toBe("");
  });
});

describe.concurrent("a run that a rule refuses", { timeout: PATIENCE_MS }, () => {
  for (const { name, code, words, ...input } of RULES)
    test(`ends with ${code} and names the rule: ${name}`, ({ lab }) =>
      expectRefused(lab, input, code, words));

  test("is refused for its files before its rules, and for its rules before its port", async ({
    lab,
  }) => {
    const badAll = trainsText(2, 5, 2).replace("trains:", "colour: red, trains:");
    const rig = rigText(`${UNIT}, port: /dev/ttyS77`);
    const env = { PULSETRAIN_SIMULATED_PORT: "/dev/ttyS77" };
    await expectRefused(lab, { protocol: badAll, rig, env, options: [] }, 2, [/PROTOCOL_BAD/]);
    await expectRefused(lab, { rig, env, options: [] }, 3, [/INT-01/]);
    // The port is taken for simulated because a variable says so, and that is said aloud.
    const loud = /WARNING: \/dev\/ttyS77.*PULSETRAIN_SIMULATED_PORT/;
    await expectRefused(lab, { rig, env }, 4, [/PORT_NOT_FOUND/, /check the cable/, loud]);
    expect(JSON.stringify(lab.events()[0])).toContain('"by":"PULSETRAIN_SIMULATED_PORT"');
  });
});

describe.concurrent("a journal that cannot be written", { timeout: PATIENCE_MS }, () => {
  test("ends with 2 and names the process that writes it", async ({ lab }) => {
    const first = lab.start([
      ...["run", lab.file("first.yaml", trainsText(9, 10, 2)), "--db", lab.db, ...RMT],
    ]);
    await first.said(/train 1\/9/);
    const second = await runWith(lab, {});
    expect(second.code, second.stderr).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`JOURNAL_LOCKED.*process ${first.pid}`));
    first.kill("SIGINT");
    expect((await first.done).code).toBe(5);
  });

  test("ends with 2 when it is damaged, and leaves the file as it is", async ({ lab }) => {
    writeFileSync(lab.db, "SQLite format 3\0, or so it says".repeat(400));
    const before = readFileSync(lab.db);
    const end = await runWith(lab, {});
    expect(end.code, end.stderr).toBe(2);
    expect(end.stderr).toMatch(/JOURNAL_UNREADABLE.*\n.*journal salvage/);
    expect(readFileSync(lab.db).equals(before)).toBe(true);
  });

  test("ends with 2 when there is no room at the start, and nothing was armed", async ({ lab }) => {
    const protocol = lab.file("p.yaml", trainsText(2, 5, 2));
    const run = `"${process.execPath}" "${MAIN}" run "${protocol}" --db "${lab.db}" ${RMT.join(" ")}`;
    const end = await lab.cli(["-c", `ulimit -f 100; exec ${run}`], {
      command: "bash",
      bare: true,
    });
    expect(end.code, end.stderr).toBe(2);
    expect(end.stderr).toMatch(/JOURNAL_WRITE_FAILED.*\n.*make room/);
  });
});
