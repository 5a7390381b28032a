import { createSocket } from "node:dgram";
import { existsSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkProof } from "../../../src/io/simulatorProof.ts";
import { hexOf, hostFrame } from "../magstim/vectors.ts";
import { host, openRaw, type RawLine, scratchFolder } from "./host.ts";

const VERSION_9 = { softwareVersion: "9.0" };

function monotonicS(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** Polls as a host must; the arm delay is a second, and a busy machine may add to it. */
async function untilReady(line: RawLine): Promise<void> {
  for (let polls = 0; polls < 1000; polls++) {
    const [, instrument = 0] = await line.say(hostFrame("x@"));
    if ((instrument & 0x04) !== 0) return;
  }
  throw new Error("never ready");
}

describe("a simulator behind a pseudo-terminal", () => {
  it("answers, fires, writes the discharge down, can be closed and opened again, and leaves nothing behind", async () => {
    const folder = scratchFolder();
    const link = join(folder, "rapid");
    const dischargesFile = join(folder, "d.jsonl");
    const hosted = host({ ...VERSION_9, link, dischargesFile });
    expect(await hosted.nextLine()).toBe(`ready ${link}`);
    expect(await checkProof(link)).toMatchObject({
      ok: true,
      value: { pid: hosted.pid, model: "magstim-super-rapid2" },
    });

    const first = openRaw(link);
    expect(hexOf(await first.say(hostFrame("Q@")))).toBe("518925");
    // 0x13 in this frame is XOFF, which a terminal that is not raw would eat.
    expect(hexOf(await first.say(Uint8Array.from([0x5b, 0x30, 0x30, 0x31, 0x30, 0xe3])))).toBe(
      "5b8930eb",
    );
    expect(hexOf(await first.say(hostFrame("[0000")))).toBe("5b8938e3");
    first.close();

    const second = openRaw(link);
    expect(hexOf(await second.say(hostFrame("EB")))).toBe("458931");
    const beforeS = monotonicS();
    await untilReady(second);
    expect(hexOf(await second.say(hostFrame("EH")))).toBe("458c2e");
    second.close();

    const lines = readFileSync(dischargesFile, "utf8").trim().split("\n");
    const discharge = JSON.parse(lines[0] ?? "") as { readonly t: number };
    expect(lines).toHaveLength(1);
    expect(discharge).toEqual({ t: discharge.t, n: 1, intensityPctMso: [30], cause: "serial" });
    expect(discharge.t).toBeGreaterThan(beforeS);
    expect(discharge.t).toBeLessThan(monotonicS());

    hosted.kill("SIGTERM");
    expect(await hosted.exit).toBe(0);
    for (const path of [
      link,
      `${link}.pulsetrain-simulator`,
      `${link}.pulsetrain-simulator.sock`,
    ]) {
      expect(existsSync(path)).toBe(false);
    }
  });

  it("takes triggers and faults from standard input, and vanishes when it is unplugged", async () => {
    const folder = scratchFolder();
    const link = join(folder, "rapid");
    const dischargesFile = join(folder, "d.jsonl");
    const hosted = host({ ...VERSION_9, link, dischargesFile });
    await hosted.nextLine();
    const line = openRaw(link);
    await line.say(hostFrame("Q@"));
    await line.say(hostFrame("EB"));
    await untilReady(line);
    hosted.order("trigger");
    hosted.order("fault explode");
    expect(await hosted.nextLine()).toMatch(/SIMULATOR_UNKNOWN_FAULT/);
    expect(readFileSync(dischargesFile, "utf8")).toContain(
      '"n":1,"intensityPctMso":[30],"cause":"trigger"',
    );
    hosted.order("fault unplug");
    expect(await hosted.nextLine()).toMatch(/unplugged/);
    expect(existsSync(link)).toBe(false);
    expect((await checkProof(link)).ok).toBe(false);
    line.close();
    hosted.kill("SIGINT");
    expect(await hosted.exit).toBe(0);
  });

  it("leaves a file alone that stands where the link should go", async () => {
    const path = join(scratchFolder(), "notes.txt");
    writeFileSync(path, "mine");
    const hosted = host({ link: path });
    expect(await hosted.nextLine()).toMatch(/CLI_BAD_CALL.*stays untouched/);
    expect(await hosted.exit).toBe(99);
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  it("replaces a stale link and refuses one that another running simulator holds", async () => {
    const link = join(scratchFolder(), "rapid");
    symlinkSync("/dev/null", link);
    const first = host({ link });
    expect(await first.nextLine()).toBe(`ready ${link}`);
    expect(readlinkSync(link)).toMatch(/^\/dev\/pts\//);
    const second = host({ link });
    expect(await second.nextLine()).toMatch(/PORT_BUSY/);
    expect((await checkProof(link)).ok).toBe(true);
  });

  it("gives the link a place of its own when none is named", async () => {
    const hosted = host({ json: true });
    const { ready } = JSON.parse(await hosted.nextLine()) as { readonly ready: string };
    expect((await checkProof(ready)).ok).toBe(true);
    hosted.kill("SIGTERM");
    expect(await hosted.exit).toBe(0);
    expect(existsSync(ready)).toBe(false);
  });
});

describe("a simulator behind a TCP port", () => {
  it("answers on the loopback, proves itself and turns a second client away", async () => {
    const hosted = host({ ...VERSION_9, tcpPort: 0 });
    const address = (await hosted.nextLine()).replace("ready ", "");
    const port = Number(address.split(":").at(-1));
    expect(address).toBe(`tcp://127.0.0.1:${port}`);
    expect(await checkProof(address)).toMatchObject({ ok: true, value: { pid: hosted.pid } });

    const socket = connect(port, "127.0.0.1");
    socket.write(hostFrame("Q@"));
    const answer = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(hexOf(answer)).toBe("518925");
    const second = connect(port, "127.0.0.1");
    second.on("error", () => undefined);
    await new Promise((resolve) => second.once("close", resolve));
    socket.destroy();
    hosted.kill("SIGTERM");
    expect(await hosted.exit).toBe(0);
    expect((await checkProof(address)).ok).toBe(false);
  });

  it("says so when the port is taken", async () => {
    const first = host({ tcpPort: 0 });
    const port = Number((await first.nextLine()).split(":").at(-1));
    expect(await host({ tcpPort: port }).nextLine()).toMatch(/PORT_BUSY/);
  });
});

describe("a simulator that sends datagrams", () => {
  it("sends them where it is told to, hears joins, and proves itself", async () => {
    const listener = createSocket("udp4");
    await new Promise<void>((resolve) => listener.bind(0, "127.0.0.1", resolve));
    onTestFinished(() => void listener.close());
    const to = `127.0.0.1:${listener.address().port}`;
    const hosted = host({ model: "neurone", udp: { to, listenPort: 0 } });
    const address = (await hosted.nextLine()).replace("ready ", "");
    expect(address).toMatch(/^udp:\/\/127\.0\.0\.1:\d+$/);
    expect(await checkProof(address)).toMatchObject({ ok: true, value: { pid: hosted.pid } });
    const next = (type: number): Promise<Buffer> =>
      new Promise((resolve) => {
        const look = (datagram: Buffer): void => {
          if (datagram[0] !== type) return;
          listener.off("message", look);
          resolve(datagram);
        };
        listener.on("message", look);
      });
    // Eight channels and the trigger channel, ten bundles.
    expect(await next(2)).toHaveLength(28 + 3 * 9 * 10);
    const started = next(1);
    listener.send(Uint8Array.of(0x80, 0, 0, 0), Number(address.split(":").at(-1)), "127.0.0.1");
    expect((await started).readUInt32BE(4)).toBe(5000);
    hosted.kill("SIGTERM");
    expect(await hosted.exit).toBe(0);
    expect((await checkProof(address)).ok).toBe(false);
  });

  it("says so when its port is taken or the place makes no sense", async () => {
    const first = host({ model: "neurone", udp: { to: "127.0.0.1:9", listenPort: 0 } });
    const listenPort = Number((await first.nextLine()).split(":").at(-1));
    const second = host({ model: "neurone", udp: { to: "127.0.0.1:9", listenPort } });
    expect(await second.nextLine()).toMatch(/PORT_BUSY/);
    const third = host({ model: "neurone", udp: { to: "nowhere", listenPort: 0 } });
    expect(await third.nextLine()).toMatch(/CLI_BAD_CALL.*HOST:PORT/);
  });
});

describe("a Recorder behind a TCP port", () => {
  it("tells its channels first to a client, and to the next one", async () => {
    const hosted = host({ model: "brainvision-rda", tcpPort: 0 });
    const port = Number((await hosted.nextLine()).split(":").at(-1));
    for (const _ of [1, 2]) {
      const socket = connect(port, "127.0.0.1");
      const first = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
      expect(first.readUInt32LE(20)).toBe(1);
      const gone = new Promise((resolve) => socket.once("close", resolve));
      socket.destroy();
      await gone;
    }
    hosted.kill("SIGTERM");
    expect(await hosted.exit).toBe(0);
  });
});
