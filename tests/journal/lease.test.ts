import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { type Holder, isGone, machineFacts, type ProcessFacts } from "../../src/journal/lease.ts";

const holder: Holder = { pid: 41, started: "1000", boot: "boot-1", host: "lab", nonce: "n" };
const facts = (change: Partial<ProcessFacts> = {}): ProcessFacts => ({
  boot: "boot-1",
  host: "lab",
  alive: () => true,
  started: () => "1000",
  ...change,
});

describe("a holder of the lease", () => {
  test("is there while its process lives", () => {
    expect(isGone(holder, facts())).toBe(false);
  });

  test("is gone with its process, with its start time, with its boot", () => {
    expect(isGone(holder, facts({ alive: () => false }))).toBe(true);
    expect(isGone(holder, facts({ started: () => "2000" }))).toBe(true);
    expect(isGone(holder, facts({ boot: "boot-2" }))).toBe(true);
  });

  test("counts as there when it is on another machine, of which nothing is known", () => {
    expect(isGone(holder, facts({ boot: "boot-2", host: "other", alive: () => false }))).toBe(
      false,
    );
    expect(
      isGone({ ...holder, boot: null }, facts({ boot: null, host: "other", alive: () => false })),
    ).toBe(false);
  });

  test("is judged by its process alone where the system tells no boot and no start time", () => {
    const bare = { ...holder, boot: null, started: null };
    expect(isGone(bare, facts({ boot: null, started: () => null }))).toBe(false);
    expect(isGone(bare, facts({ boot: null, started: () => null, alive: () => false }))).toBe(true);
  });

  test("is known by this machine: this process lives, one that ended does not", async () => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    const pid = child.pid ?? 0;
    await once(child, "exit");
    const here = machineFacts();
    expect(here.alive(process.pid)).toBe(true);
    expect(here.alive(pid)).toBe(false);
    expect(here.started(process.pid)).toBe(here.started(process.pid));
  });

  test.runIf(process.platform === "linux")("has a start time and a boot on Linux", () => {
    const here = machineFacts();
    expect(here.started(process.pid)).toMatch(/^\d+$/);
    expect(here.boot).toMatch(/^[0-9a-f-]{36}$/);
  });
});
