import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect } from "vitest";
import { type Lab, PATIENCE_MS, test } from "./lab.ts";

/**
 * What a recorder says first (BrainVision RDA, as MNE and FieldTrip read it): 16 bytes of a GUID, length, type 1,
 * channels, and the sampling interval in microseconds as a double.
 */
interface Start {
  readonly channels: number;
  readonly intervalUs: number;
}

async function startOf(lab: Lab, options: readonly string[]): Promise<Start> {
  const args = options.flatMap((option) => ["--option", option]);
  const running = lab.start(["simulate", "brainvision-rda", "--tcp", "0", ...args]);
  await running.said(/^ready /m);
  const port = Number(/ready \S*?(\d+)\s*$/m.exec(running.stdout())?.[1]);
  const socket = connect(port, "127.0.0.1");
  let bytes = Buffer.alloc(0);
  while (bytes.length < 36) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
  socket.destroy();
  expect(bytes.readUInt32LE(20)).toBe(1);
  return { channels: bytes.readUInt32LE(24), intervalUs: bytes.readDoubleLE(28) };
}

describe.concurrent("simulate --option", { timeout: PATIENCE_MS }, () => {
  test("changes the simulated device as a rig file would, and without it nothing", async ({
    lab,
  }) => {
    const [usual, changed] = [
      await startOf(lab, []),
      await startOf(lab, ["rateHz=2500", "channels=FDI,CP3,Fz"]),
    ];
    expect(usual).toMatchObject({ intervalUs: 200 });
    expect(usual.channels).toBeGreaterThan(3);
    expect(changed).toEqual({ intervalUs: 400, channels: 3 });
  });

  test("ends with 2 for what is no option, naming what is expected", async ({ lab }) => {
    for (const option of ["rateHz", "=5", "rate Hz=5", "rateHz=-1", "rateHz=fast"]) {
      const { code, stderr } = await lab.cli([
        ...["simulate", "brainvision-rda", "--tcp", "0"],
        ...["--option", option],
      ]);
      expect(code, `${option}: ${stderr}`).toBe(2);
      expect(stderr).toContain("CLI_BAD_CALL");
    }
  });
});
