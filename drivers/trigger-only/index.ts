import { toHex } from "../../src/base/hex.ts";
import type { DriverModule } from "../../src/contract/stimulator.ts";
import { describe } from "./capabilities.ts";
import { createTriggerOnly } from "./driver.ts";

const NO_WIRE = "a stimulator without a wire takes no bytes";

/** Stimulators without serial control, behind a trigger box. */
export const driver: DriverModule = {
  models: ["trigger-only"],
  kind: "stimulator",
  // Never opened: the start leaves through the box, which has a line of its own.
  line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
  describe,
  classifier: () => () => ({ kind: "unknown", why: NO_WIRE }),
  create: createTriggerOnly,
  decodeCapture: (_model, bytes) =>
    bytes.length === 0
      ? []
      : [{ ok: false, hex: toHex(bytes), code: "WIRE_UNKNOWN_FRAME", why: NO_WIRE }],
};
