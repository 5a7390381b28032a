import { closeSync, constants, openSync } from "node:fs";
import { describe, expect } from "vitest";
import { openPty, type Pty } from "../../src/io/pty.ts";
import { eventsOf, type Lab, PATIENCE_MS, pulsesBy, RMT, type Stimulator, test } from "./lab.ts";
import { eventually, type Running } from "./processes.ts";
import { trainsText } from "./protocols.ts";

interface AtTerminal {
  readonly run: Running;
  readonly unit: Stimulator;
  readonly terminal: Pty;
  /** Everything drawn so far. */
  screen(): string;
  press(key: string): void;
}

/** A run whose keyboard and screen are a pseudo-terminal; its results go to a pipe. */
async function runAtTerminal(lab: Lab, trains: number): Promise<AtTerminal> {
  const unit = await lab.stimulator();
  const terminal = await openPty();
  let drawn = "";
  terminal.bytes$.subscribe((bytes) => {
    drawn += Buffer.from(bytes).toString("utf8");
  });
  const fd = openSync(terminal.path, constants.O_RDWR | constants.O_NOCTTY);
  const protocol = lab.file("p.yaml", trainsText(trains, 8, 1.2));
  const run = lab.start(
    ["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json", ...RMT],
    // A session of its own without a terminal, so that the pseudo-terminal is all it has.
    { stdio: [fd, "pipe", fd], ownGroup: true },
  );
  closeSync(fd);
  await unit.discharged(3, run);
  return {
    run,
    unit,
    terminal,
    screen: () => drawn,
    press: (key) => terminal.write(Buffer.from(key)),
  };
}

describe.concurrent("a run at a terminal", { timeout: PATIENCE_MS }, () => {
  test("draws its progress over one line; `p` pauses and resumes, Ctrl-C stops", async ({
    lab,
  }) => {
    const { run, unit, screen, press, terminal } = await runAtTerminal(lab, 20);
    expect(screen()).toContain("\r\x1b[K");
    expect(screen()).toMatch(/train \d+\/20 · pulse \d+\/160 · 41 %MSO · \d:\d\d left/);
    press("p");
    await eventually("the pause", () => screen().includes("paused: key p"));
    const atPause = unit.discharges().length;
    expect(atPause % 8).toBe(0);
    expect(await unit.firesWhenTold()).toBe(false);
    press("p");
    await eventually("the resumption", () => screen().includes("resumed: key p"));
    press("\x03");
    press("\x03");
    const { code } = await run.done;
    terminal.close();
    expect(code, screen()).toBe(5);
    expect(screen()).toMatch(/stopped: \d+ of 160 pulses delivered/);
    expect(eventsOf(lab.events(), "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(await unit.firesWhenTold()).toBe(false);
  });

  test("stops when the terminal goes away", async ({ lab }) => {
    const { run, unit, terminal } = await runAtTerminal(lab, 9);
    terminal.close();
    const { code, signal } = await run.done;
    expect({ code, signal }, JSON.stringify(lab.events().slice(-4))).toEqual({
      code: 5,
      signal: null,
    });
    expect(eventsOf(lab.events(), "stop")[0]?.by).toBe("the terminal is gone");
    expect(eventsOf(lab.events(), "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(await unit.firesWhenTold()).toBe(false);
  });

  test("goes on when whoever reads its output goes away", async ({ lab }) => {
    const unit = await lab.stimulator();
    const protocol = lab.file("p.yaml", trainsText(2, 5, 1));
    const run = lab.start(["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json", ...RMT]);
    run.child.stdout?.destroy();
    await unit.discharged(1, run);
    run.child.stderr?.destroy();
    expect((await run.done).code).toBe(0);
    expect(lab.events().at(-1)).toMatchObject({ kind: "run.stop", status: "completed" });
    expect(unit.discharges()).toHaveLength(pulsesBy(lab.events(), "delivered"));
  });
});
