import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fine } from "../../src/app/doctor/check.ts";
import type { DeviceEvidence } from "../../src/app/doctor/evidence.ts";
import { judgeHost, measureClock } from "../../src/app/doctor/host.ts";
import { judgeDevice } from "../../src/app/doctor/judgeDevice.ts";
import { judgePort } from "../../src/app/doctor/judgePort.ts";
import { type PortFacts, portFacts, type Roots } from "../../src/app/doctor/portFacts.ts";
import { type DoctorReport, isWell, reportLines } from "../../src/app/doctor/report.ts";
import type { PortEntry } from "../../src/io/portEntry.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";

const ENTRY: PortEntry = {
  path: "/dev/ttyUSB0",
  manufacturer: "FTDI",
  product: null,
  vendorId: "0403",
  productId: "6001",
  serialNumber: "A50285BI",
  driver: "ftdi_sio",
};
const WELL: PortFacts = {
  entry: ENTRY,
  access: "yes",
  group: { name: "dialout", member: "yes" },
  latencyTimerMs: 1,
  holders: [],
};

function curesOf(
  facts: Partial<PortFacts>,
  platform: NodeJS.Platform = "linux",
): readonly string[] {
  return judgePort({ ...WELL, ...facts }, platform).flatMap(({ verdict, cure }) =>
    cure === null ? [] : [`${verdict}: ${cure}`],
  );
}

describe("a port", () => {
  it("that is well needs no cure", () => {
    expect(curesOf({})).toEqual([]);
    expect(curesOf({ access: null, group: null, latencyTimerMs: null }, "win32")).toEqual([]);
  });

  it("without permission names the group, or the login that is missing", () => {
    const group = { name: "dialout", member: "no" } as const;
    expect(curesOf({ access: "denied", group })).toEqual([
      expect.stringMatching(/^fail: sudo usermod -aG dialout \$USER/),
    ]);
    expect(curesOf({ access: "denied", group: { ...group, member: "after login" } })).toEqual([
      expect.stringMatching(/^fail: .*log out and in again/),
    ]);
    // Nobody should be told to join root.
    const root = { name: "root", member: "no" } as const;
    expect(curesOf({ access: "denied", group: root })[0]).not.toMatch(/-aG root/);
  });

  it("with the latency timer of an FTDI adapter at 16 ms is warned of with the udev rule", () => {
    expect(curesOf({ latencyTimerMs: 16 })).toEqual([
      expect.stringMatching(/^warn: .*60-pulsetrain\.rules/),
    ]);
    expect(curesOf({ latencyTimerMs: null })).toEqual([]);
  });

  it("that a program holds names the program", () => {
    const [check] = judgePort({ ...WELL, holders: ["matlab (process 7)"] }, "linux").slice(1);
    expect(check).toMatchObject({ verdict: "warn", detail: expect.stringContaining("matlab") });
  });

  it("on macOS that waits for a carrier names its twin", () => {
    const entry = { ...ENTRY, path: "/dev/tty.usbserial-1" };
    expect(curesOf({ entry }, "darwin")).toEqual(["warn: name /dev/cu.usbserial-1 instead"]);
  });
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A machine with one port, a group file and one program that has the port open. */
function machine(
  user: Roots["user"],
  groupLine: (gid: number) => string,
): {
  readonly roots: Roots;
  readonly entry: PortEntry;
} {
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-doctor-"));
  folders.push(folder);
  const path = join(folder, "ttyUSB0");
  writeFileSync(path, "");
  const gid = process.getgid?.() ?? 0;
  const groupFile = join(folder, "group");
  writeFileSync(groupFile, `other:x:99999:somebody\n${groupLine(gid)}\n`);
  const fds = join(folder, "proc/4321/fd");
  mkdirSync(fds, { recursive: true });
  mkdirSync(join(folder, "proc/4322/fd"), { recursive: true });
  writeFileSync(join(folder, "proc/4321/comm"), "screen\n");
  symlinkSync("/dev/null", join(fds, "0"));
  symlinkSync(path, join(fds, "3"));
  const roots = {
    sys: join(folder, "sys"),
    proc: join(folder, "proc"),
    groupFile,
    platform: "linux",
    user,
  } as const;
  return { roots, entry: { ...ENTRY, path } };
}

describe("what the system says of a port", () => {
  it("is who owns it, who holds it, and where this user stands", () => {
    const stands = (user: Roots["user"]): PortFacts => {
      const { roots, entry } = machine(user, (gid) => `dialout:x:${gid}:ann,bob`);
      return portFacts(entry, roots);
    };
    const gid = process.getgid?.() ?? 0;
    expect(stands({ name: "eve", gids: [gid] })).toMatchObject({
      access: "yes",
      group: { name: "dialout", member: "yes" },
      holders: ["screen (process 4321)"],
      latencyTimerMs: null,
    });
    expect(stands({ name: "bob", gids: [] }).group).toEqual({
      name: "dialout",
      member: "after login",
    });
    expect(stands({ name: "eve", gids: [] }).group).toEqual({ name: "dialout", member: "no" });
  });

  it("is nothing at all where the port is gone, and on Windows", () => {
    const { roots, entry } = machine({ name: "x", gids: [] }, () => "");
    const gone = { ...entry, path: "/nowhere/ttyUSB9" };
    expect(portFacts(gone, roots)).toMatchObject({ access: "missing", group: null, holders: [] });
    expect(portFacts(entry, { ...roots, platform: "win32" }).access).toBeNull();
  });
});

describe("the clock of a machine", () => {
  const facts = (backwards: number, latenessMs: readonly number[]) => ({
    node: "24.0.0",
    platform: "linux x64",
    clock: { backwards, largestGapMs: 1, latenessMs },
  });
  const verdictOf = (backwards: number, latenessMs: readonly number[]): string | undefined =>
    judgeHost(facts(backwards, latenessMs)).find(({ step }) => step === "clock")?.verdict;

  it("is well when timers come in time, one slip allowed", () => {
    expect(
      verdictOf(
        0,
        Array.from({ length: 40 }, () => 0.3),
      ),
    ).toBe("ok");
    expect(verdictOf(0, [...Array.from({ length: 39 }, () => 0.3), 40])).toBe("ok");
  });

  it("is warned of when timers come late as on Windows, or when it goes backwards", () => {
    expect(
      verdictOf(
        0,
        Array.from({ length: 40 }, (_, n) => n % 15),
      ),
    ).toBe("warn");
    expect(verdictOf(1, [0.1])).toBe("warn");
  });

  it("is measured on whatever clock there is", async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const measured = await clock.run(() => measureClock(clock));
    expect(measured).toMatchObject({ backwards: 0, largestGapMs: 0 });
    expect(measured.latenessMs).toHaveLength(40);
  });
});

const EVIDENCE: DeviceEvidence = {
  line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
  hasUnlockCode: false,
  port: WELL,
  opened: { ok: true, value: undefined },
  connected: { ok: true, value: { model: "unit", softwareVersion: "9.0", detail: {} } },
  watched: { durationMs: 4500, events: [], polls: 3, after: { ok: true, value: { remote: true } } },
  asked: { roundTripsMs: [10, 12, 11], error: null, latencyTimerMs: 1 },
  closed: { confirmed: true, detail: "" },
  traffic: {
    sentFrames: 9,
    echoedFrames: 0,
    receivedBytes: 27,
    frames: [{ ok: true, hex: "00", meaning: {} }],
    alsoReadAs: [],
    firstHex: "00",
  },
};

function step(name: string, evidence: Partial<DeviceEvidence>): unknown {
  return judgeDevice({ ...EVIDENCE, ...evidence }).find((check) => check.step === name);
}

describe("the steps of a device", () => {
  it("are all well when nothing speaks against it", () => {
    expect(judgeDevice(EVIDENCE).every(({ verdict }) => verdict === "ok")).toBe(true);
  });

  it("name who holds a busy port, and the group of one that may not be opened", () => {
    const opened = { ok: false, code: "PORT_BUSY", detail: "locked" } as const;
    expect(
      step("open", { opened, port: { ...WELL, holders: ["screen (process 3)"] } }),
    ).toMatchObject({
      verdict: "fail",
      cure: "close screen (process 3)",
    });
    const denied = { ok: false, code: "PORT_PERMISSION", detail: "no" } as const;
    const group = { name: "uucp", member: "no" } as const;
    expect(step("open", { opened: denied, port: { ...WELL, group } })).toMatchObject({
      cure: expect.stringContaining("-aG uucp"),
    });
  });

  it("warn of a latency timer that stays at 16 ms while the port is open, and of slow answers", () => {
    const asked = { roundTripsMs: [10, 12, 11], error: null, latencyTimerMs: 16 };
    expect(step("timing", { asked })).toMatchObject({
      verdict: "warn",
      detail: expect.stringContaining("16 ms"),
    });
    const slow = { ...asked, latencyTimerMs: null, roundTripsMs: [150, 160, 170] };
    expect(step("timing", { asked: slow })).toMatchObject({ verdict: "warn" });
  });

  it("fail where control is lost, and warn of what nobody asked for", () => {
    const watched = {
      durationMs: 4500,
      polls: 3,
      after: { ok: true, value: { remote: true } },
    } as const;
    const lost = { kind: "control-lost", atMs: 1, detail: "silence" } as const;
    expect(step("keep-alive", { watched: { ...watched, events: [lost] } })).toMatchObject({
      verdict: "fail",
      detail: expect.stringContaining("silence"),
    });
    const pulse = { kind: "pulse", atMs: 1, expected: false, didtAPerUs: null } as const;
    expect(step("keep-alive", { watched: { ...watched, events: [pulse] } })).toMatchObject({
      verdict: "warn",
    });
    const local = {
      ...watched,
      events: [],
      after: { ok: true, value: { remote: false } },
    } as const;
    expect(step("keep-alive", { watched: local })).toMatchObject({ verdict: "fail" });
  });

  it("fail when the device does not say at the end that it is in standby", () => {
    expect(step("close", { closed: { confirmed: false, detail: "no answer" } })).toMatchObject({
      verdict: "fail",
      cure: expect.stringContaining("coil off the head"),
    });
  });
});

describe("the report", () => {
  it("shows verdict, step, finding and cure of each device at a glance", () => {
    const opened = { ok: false, code: "PORT_NOT_FOUND", detail: "x: no such file" } as const;
    const report: DoctorReport = {
      host: [fine("node", "24")],
      ports: [{ facts: WELL, checks: judgePort(WELL, "linux") }],
      devices: [
        {
          role: "stimulator",
          driver: "unit",
          port: "/dev/ttyUSB0",
          simulated: false,
          steps: judgeDevice({
            ...EVIDENCE,
            opened,
            connected: null,
            watched: null,
            asked: null,
            closed: null,
          }),
        },
      ],
    };
    expect(isWell(report)).toBe(false);
    const text = reportLines(report).join("\n");
    expect(text).toMatch(/^ {2}\/dev\/ttyUSB0 \(FTDI, 0403:6001, serial A50285BI\)$/m);
    expect(text).toMatch(
      /^ {2}FAIL open {7}PORT_NOT_FOUND: x: no such file\n +cure: check the cable/m,
    );
    expect(text).toMatch(/^ {2}FAILED: open$/m);
  });

  it("gives a cure with everything that is not well", () => {
    const troubled = judgeDevice({
      ...EVIDENCE,
      watched: {
        durationMs: 1,
        events: [],
        polls: 0,
        after: { ok: false, code: "DEVICE_SILENT", detail: "" },
      },
      closed: { confirmed: false, detail: "" },
    });
    for (const { verdict, cure } of troubled)
      if (verdict === "warn" || verdict === "fail") expect(cure ?? "").not.toBe("");
  });
});
