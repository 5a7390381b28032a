import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalFingerprint, journalRecompute } from "../../../src/app/commands/journal.ts";
import { runCommand } from "../../../src/app/commands/run.ts";
import { readJournal } from "../../../src/journal/read.ts";
import { type Folder, ownFolder } from "../../slow/running.ts";

interface Said {
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function saying(work: (io: Parameters<typeof runCommand>[2]) => unknown): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  await work({
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    errIsTerminal: false,
    colours: false,
  });
  return { out, err };
}

interface Visit extends Said {
  readonly session: string;
  readonly db: string;
}

let folder: Folder;
let visits = 0;

async function visit(seed: number): Promise<Visit> {
  visits += 1;
  const db = join(folder.path, `phase-${visits}.db`);
  const file = join(folder.path, "phase.json");
  const pattern = {
    type: "closed-loop-single",
    totalPulses: 30,
    interPulseS: [2, 3],
    trigger: { rhythm: "mu", phases: ["peak", "trough", "random"], toleranceRad: 0.1 },
  };
  const intensity = { value: 120, base: "%RMT" };
  const measure = { what: "mep-by-phase" };
  writeFileSync(
    file,
    JSON.stringify({ pulsetrain: 1, id: "by-phase", intensity, pattern, measure }),
  );
  const options = { threshold: ["RMT=50"], speed: "max", db, json: true, seed } as const;
  const said = await saying((io) => runCommand(file, options, io));
  const { session } = JSON.parse(said.out.at(-1) ?? "") as { readonly session: string };
  return { ...said, session, db };
}

interface Body {
  readonly what: string;
  readonly skipped: number;
  readonly groups: readonly { readonly condition: string; readonly n: number }[];
  readonly accuracy: readonly {
    readonly condition: string;
    readonly atPulse: { readonly n: number; readonly resultant: number };
    readonly tried: { readonly n: number; readonly resultant: number };
  }[];
}

function measured(db: string, session: string, name: string): readonly object[] {
  const journal = readJournal(db);
  try {
    return [...journal.each(session)].flatMap((event) =>
      event.kind === "measure" && event.name === name ? [event.body] : [],
    );
  } finally {
    journal.close();
  }
}

describe("a measured protocol of pulses that wait for a phase", () => {
  let first: Visit;
  beforeAll(async () => {
    folder = ownFolder();
    first = await visit(5);
  });
  afterAll(() => folder.remove());

  it("ends with responses by phase, how near the pulses came, and how many were skipped", () => {
    const [result, ...others] = measured(first.db, first.session, "result") as readonly Body[];
    expect(others).toEqual([]);
    expect(result).toMatchObject({ what: "mep-by-phase", skipped: 0 });
    expect(result?.groups.map(({ condition }) => condition)).toEqual(["peak", "random", "trough"]);
    for (const { atPulse, tried } of result?.accuracy ?? []) {
      expect(atPulse.n).toBeGreaterThanOrEqual(9);
      expect(atPulse.resultant).toBeGreaterThan(0.3);
      expect(tried.n).toBeGreaterThanOrEqual(9);
      expect(tried.resultant).toBeGreaterThan(0.3);
    }
    expect(result?.accuracy).toHaveLength(3);
  });

  it("keeps with each trial what its phase was judged by", () => {
    const trials = measured(first.db, first.session, "trial") as readonly {
      readonly aligned: string;
      readonly phase: { readonly epoch: string | null; readonly aheadMs: number };
    }[];
    expect(trials).toHaveLength(30);
    for (const { aligned, phase } of trials.slice(1)) {
      expect(aligned).toBe("mark");
      expect(phase.epoch).toMatch(/^[0-9a-f]{64}$/);
      expect(phase.aheadMs).toBeGreaterThan(0);
    }
  });

  it("comes out again from its journal, number by number", async () => {
    const { out, err } = await saying((io) =>
      journalRecompute({ session: first.session, db: first.db }, io),
    );
    expect([...out, ...err].join("\n")).toMatch(/\d+ numbers come out as they stand, 0 do not/);
  });

  it("happens the same with the same seed, and otherwise with another", async () => {
    const print = async ({ session, db }: Visit): Promise<string> =>
      (await saying((io) => journalFingerprint({ session, db }, io))).out.join();
    const again = await visit(5);
    expect(await print(again)).toBe(await print(first));
    expect(await print(await visit(6))).not.toBe(await print(first));
  });
});
