import { describe, expect, it, vi } from "vitest";
import { canonicalJson } from "../../src/base/canonical.ts";
import type { Dose } from "../../src/contract/dose.ts";
import type { Hazard } from "../../src/contract/hazard.ts";
import type { PermitLike } from "../../src/contract/stimulator.ts";
import { claimMint, type PermitTerms, redeem } from "../../src/safety/permit.ts";
import {
  claimReceiptMint,
  type IntentReceipt,
  isReceipt,
  receiptState,
  spendReceipt,
} from "../../src/safety/receipts.ts";
import { createStopLatch } from "../../src/safety/stop.ts";
import { doses } from "./fixtures.ts";

const mint = claimMint();
const mintReceipt = claimReceiptMint();
const [DOSE] = doses([{ dueMs: 0 }]) as readonly [Dose];
const receipt = (seq: number): IntentReceipt => mintReceipt(seq, DOSE);
const stateOf = (paper: IntentReceipt): string => receiptState(paper, canonicalJson(DOSE));
const FIRE: Hazard = { kind: "fire" };

function terms(over: Partial<PermitTerms> = {}): PermitTerms {
  return {
    permitId: "p-1",
    deviceId: "dev-1",
    notBeforeMs: 100,
    notAfterMs: 200,
    ceilingPctMso: 50,
    maxPulses: 1,
    grants: [FIRE],
    latch: createStopLatch(),
    ...over,
  };
}

function codeOf(
  permit: PermitLike,
  hazard: Hazard = FIRE,
  nowMs = 150,
  deviceId = "dev-1",
): string {
  const result = redeem(permit, deviceId, nowMs, hazard);
  return result.ok ? "ok" : result.error.code;
}

describe("a permit", () => {
  it("is good once", () => {
    const permit = mint(terms());
    expect(codeOf(permit)).toBe("ok");
    expect(codeOf(permit)).toBe("GATE_PERMIT_SPENT");
  });

  it.each([
    ["an object that looks like one", (): PermitLike => ({ permitId: "p-1" })],
    ["a cast", (): PermitLike => JSON.parse(JSON.stringify(mint(terms()))) as PermitLike],
    ["a spread", (): PermitLike => ({ ...mint(terms()) })],
    ["a structured clone", (): PermitLike => structuredClone({ ...mint(terms()) })],
    ["a prototype copy", (): PermitLike => Object.create(mint(terms())) as PermitLike],
    [
      "a copy of its descriptors",
      (): PermitLike =>
        Object.defineProperties({}, Object.getOwnPropertyDescriptors(mint(terms()))) as PermitLike,
    ],
    ["a proxy", (): PermitLike => new Proxy(mint(terms()), {})],
    ["nothing", (): PermitLike => null as unknown as PermitLike],
    ["text", (): PermitLike => "p-1" as unknown as PermitLike],
  ])("%s is a forgery", (_, forge) => {
    expect(codeOf(forge())).toBe("GATE_PERMIT_FORGED");
  });

  it("is for one device, and a refused try spends nothing", () => {
    const permit = mint(terms());
    expect(codeOf(permit, FIRE, 150, "dev-2")).toBe("GATE_PERMIT_MISMATCH");
    expect(codeOf(permit)).toBe("ok");
  });

  it.each([99.999, 200.001, Number.NaN, Number.POSITIVE_INFINITY])(
    "is worth nothing at %d ms",
    (nowMs) => {
      expect(codeOf(mint(terms()), FIRE, nowMs)).toBe("GATE_PERMIT_EXPIRED");
    },
  );

  it.each([100, 200])("is good at the edge of its window, %d ms", (nowMs) => {
    expect(codeOf(mint(terms()), FIRE, nowMs)).toBe("ok");
  });

  it("is worth nothing after a stop, however fresh", () => {
    const latch = createStopLatch();
    const permit = mint(terms({ latch }));
    latch.fall("pedal");
    expect(codeOf(permit)).toBe("GATE_STOPPED");
  });

  const setting = (name: string, value: number): Hazard => ({
    kind: "setting",
    setting: name,
    value,
  });
  const power = (channel: "A" | "B", pctMso: number): Hazard => ({
    kind: "intensity",
    channel,
    pctMso,
  });
  it.each([
    [FIRE, { kind: "arm" }],
    [{ kind: "arm" }, FIRE],
    [power("A", 50), power("A", 51)],
    [power("A", 50), power("B", 50)],
    [power("A", 50), setting("pulses", 50)],
    [setting("pulses", 40), setting("pulses", 41)],
    [setting("pulses", 40), setting("durationTenthsS", 40)],
    [setting("pulses", 40), power("A", 40)],
    [FIRE, { kind: "safe" }],
    [FIRE, { kind: "unknown", why: "cut" }],
    [
      { kind: "unknown", why: "cut" },
      { kind: "unknown", why: "cut" },
    ],
  ] as const)("with %j does not cover %j", (grant, hazard) => {
    expect(codeOf(mint(terms({ grants: [grant] })), hazard)).toBe("GATE_PERMIT_MISMATCH");
  });

  it("covers a frame of several hazards part by part, all of them or none", () => {
    const both: Hazard = { kind: "several", hazards: [power("A", 50), power("B", 40)] };
    const permit = mint(terms({ grants: [power("A", 50), power("B", 40)] }));
    expect(codeOf(permit, { ...both, hazards: [power("A", 50), power("B", 41)] })).toBe(
      "GATE_PERMIT_MISMATCH",
    );
    expect(codeOf(permit, both)).toBe("ok");
    expect(codeOf(permit, power("A", 50))).toBe("GATE_PERMIT_SPENT");
  });

  it("takes one grant for each part of a frame, however alike they are", () => {
    const twice: Hazard = { kind: "several", hazards: [power("A", 50), power("A", 50)] };
    expect(codeOf(mint(terms({ grants: [power("A", 50)] })), twice)).toBe("GATE_PERMIT_MISMATCH");
    const nothing: Hazard = { kind: "several", hazards: [] };
    expect(codeOf(mint(terms({ grants: [power("A", 50)] })), nothing)).toBe("GATE_PERMIT_MISMATCH");
  });

  it("covers a lower intensity than granted, once", () => {
    const permit = mint(terms({ grants: [power("A", 50)] }));
    expect(codeOf(permit, power("A", 30))).toBe("ok");
    expect(codeOf(permit, power("A", 30))).toBe("GATE_PERMIT_SPENT");
  });

  it("spends each of its grants on its own", () => {
    const permit = mint(
      terms({ grants: [power("A", 50), setting("pulses", 40), setting("pulses", 40)] }),
    );
    expect(codeOf(permit, setting("pulses", 40))).toBe("ok");
    expect(codeOf(permit, power("A", 50))).toBe("ok");
    expect(codeOf(permit, setting("pulses", 40))).toBe("ok");
    expect(codeOf(permit, setting("pulses", 40))).toBe("GATE_PERMIT_SPENT");
  });

  it("cannot be changed, and changing what it was made from changes nothing", () => {
    const grants: Hazard[] = [FIRE];
    const from = { ...terms(), grants };
    const permit = mint(from);
    grants.push(FIRE);
    from.notAfterMs = 1e9;
    expect(() => Object.assign(permit, { notAfterMs: 1e9 })).toThrow(TypeError);
    expect(codeOf(permit, FIRE, 300)).toBe("GATE_PERMIT_EXPIRED");
    expect(codeOf(permit)).toBe("ok");
    expect(codeOf(permit)).toBe("GATE_PERMIT_SPENT");
  });

  it("can be made by nobody else: a second claim throws", () => {
    expect(() => claimMint()).toThrow("CLI_BUG");
  });

  it("the gate takes the mint when it loads, so nobody after it can", async () => {
    vi.resetModules();
    await import("../../src/safety/gate.ts");
    const fresh = await import("../../src/safety/permit.ts");
    expect(() => fresh.claimMint()).toThrow("CLI_BUG");
  });
});

describe("a receipt", () => {
  it("is good until it is spent", () => {
    const made = receipt(7);
    expect(made.intentSeq).toBe(7);
    expect(stateOf(made)).toBe("good");
    spendReceipt(made);
    expect(stateOf(made)).toBe("spent");
  });

  it("is the very object: copies and look-alikes are none", () => {
    const made = receipt(8);
    expect(isReceipt(made)).toBe(true);
    for (const copy of [
      { ...made },
      structuredClone({ ...made }),
      Object.create(made),
      { intentSeq: 8 },
      null,
      8,
      undefined,
    ]) {
      expect(isReceipt(copy)).toBe(false);
    }
    expect(stateOf({ ...made })).toBe("forged");
    spendReceipt({ ...made });
    expect(stateOf(made)).toBe("good");
  });

  it.each([-1, 1.5, Number.NaN])("is not made for %d", (seq) => {
    expect(() => receipt(seq)).toThrow("CLI_BUG");
  });

  it("can be made by nobody else: a second claim throws", () => {
    expect(() => claimReceiptMint()).toThrow("CLI_BUG");
  });
});

describe("the stop latch", () => {
  it("keeps the first word and never lifts", () => {
    const latch = createStopLatch();
    expect(latch.by).toBeNull();
    latch.fall("pedal");
    latch.fall("signal");
    expect(latch.by).toBe("pedal");
    expect(() => Object.assign(latch, { by: null })).toThrow(TypeError);
    expect(latch.by).toBe("pedal");
  });
});
