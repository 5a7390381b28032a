import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkProof, offerProof } from "../../../src/io/simulatorProof.ts";
import { scratchFolder } from "./host.ts";

const STARTED = "2026-01-01T00:00:00.000Z";

/** A link to `target` with a proof that names `claimed`. */
async function offeredLink(target: string, claimed: string = target): Promise<string> {
  const link = join(scratchFolder(), "rapid");
  symlinkSync(target, link);
  const proof = await offerProof(link, {
    model: "magstim-rapid2",
    ptsPath: claimed,
    startedUtc: STARTED,
  });
  onTestFinished(() => proof.close());
  return link;
}

function rewriteToken(link: string, changes: object): void {
  const path = `${link}.pulsetrain-simulator`;
  writeFileSync(
    path,
    JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...changes }),
  );
}

describe("the proof that a port is simulated", () => {
  it("holds for a link that its simulator stands behind", async () => {
    const link = await offeredLink("/dev/null");
    expect(await checkProof(link)).toEqual({
      ok: true,
      value: {
        pid: process.pid,
        model: "magstim-rapid2",
        ptsPath: "/dev/null",
        startedUtc: STARTED,
      },
    });
  });

  it("fails without a token", async () => {
    expect(await checkProof(join(scratchFolder(), "rapid"))).toMatchObject({
      ok: false,
      error: expect.stringMatching(/token/),
    });
    expect(await checkProof("/dev/null")).toMatchObject({ ok: false });
  });

  it("fails when the link was turned towards something else", async () => {
    const link = await offeredLink("/dev/zero", "/dev/null");
    expect(await checkProof(link)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/leads to \/dev\/zero/),
    });
  });

  it("fails when the link is gone and the token stayed", async () => {
    const link = await offeredLink("/dev/null");
    rmSync(link);
    expect(await checkProof(link)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/leads to nothing/),
    });
  });

  it("fails when the process that left the token is gone", async () => {
    const link = await offeredLink("/dev/null");
    rewriteToken(link, { pid: 2 ** 30 });
    expect(await checkProof(link)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/gone/),
    });
  });

  it("fails when nobody answers the challenge", async () => {
    const link = await offeredLink("/dev/null");
    rewriteToken(link, { socketPath: `${link}.nobody` });
    expect(await checkProof(link)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/does not answer/),
    });
  });

  it("fails when what answers has another secret", async () => {
    const link = await offeredLink("/dev/null");
    rewriteToken(link, { nonce: "0".repeat(64) });
    expect(await checkProof(link)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/not that simulator/),
    });
  });

  it("fails for a token that is not one", async () => {
    const link = await offeredLink("/dev/null");
    writeFileSync(`${link}.pulsetrain-simulator`, "{}");
    expect(await checkProof(link)).toMatchObject({ ok: false });
  });

  it("is never given to a host other than the loopback address", async () => {
    for (const port of ["tcp://localhost:4000", "tcp://10.0.0.7:4000", "tcp://[::1]:4000"]) {
      expect(await checkProof(port)).toMatchObject({
        ok: false,
        error: expect.stringMatching(/127\.0\.0\.1/),
      });
    }
  });

  it("also works where the path is too long for a socket beside it", async () => {
    const link = join(scratchFolder(), "r".repeat(90));
    symlinkSync("/dev/null", link);
    const proof = await offerProof(link, {
      model: "magstim-rapid2",
      ptsPath: "/dev/null",
      startedUtc: STARTED,
    });
    onTestFinished(() => proof.close());
    expect((await checkProof(link)).ok).toBe(true);
  });
});
