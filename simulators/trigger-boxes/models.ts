import type { SimulatedDevice, SimulatorOptions } from "../../src/contract/simulator.ts";
import { figuresWith, numberOption, wordOption } from "../common/figures.ts";
import { bbtkBox } from "./bbtkBox.ts";
import { type ByteBoxMode, byteBox } from "./byteBox.ts";
import { createBoxDevice } from "./device.ts";
import { DEFAULT_FIGURES } from "./pulseBox/body.ts";
import { pulseBox } from "./pulseBox/pulseBox.ts";
import { type XidIdentity, xidBox } from "./xid/xidBox.ts";

export interface BoxModel {
  readonly baudRate: number;
  create(options: SimulatorOptions): SimulatedDevice;
}

export const MODELS: ReadonlyMap<string, BoxModel> = new Map<string, BoxModel>([
  [
    "mmbt-s",
    { baudRate: 9600, create: (options) => createBoxDevice(byteBox(mmbtMode(options)), options) },
  ],
  [
    "bbtk-ttl",
    { baudRate: 115_200, create: (options) => createBoxDevice(bbtkBox, plain(options)) },
  ],
  [
    "cedrus-xid",
    {
      baudRate: 115_200,
      create: (options) => createBoxDevice(xidBox(xidIdentity(plain(options))), options),
    },
  ],
  [
    "brainproducts-triggerbox-plus",
    {
      baudRate: 2_000_000,
      create: (options) => createBoxDevice(byteBox({ kind: "level" }), plain(options)),
    },
  ],
  [
    "pulse-box",
    {
      baudRate: 115_200,
      create: (options) =>
        createBoxDevice(pulseBox(figuresWith(DEFAULT_FIGURES, options.body)), options),
    },
  ],
]);

/** 8 ms is what the manual says, as others report it; the gap is a choice. */
const MMBT_FIGURES = { pulseMs: 8, gapMs: 0.05 } as const;

/** Option `switch`: `P` as it comes from the factory, or `S`. Read at reset; nobody can ask for it. */
function mmbtMode({ options, body }: SimulatorOptions): ByteBoxMode {
  const figures = figuresWith<{ readonly pulseMs: number; readonly gapMs: number }>(
    MMBT_FIGURES,
    body,
  );
  return wordOption(options, "switch", ["P", "S"]) === "P"
    ? { kind: "pulse", ...figures }
    : { kind: "level" };
}

/** Option `product`: what hangs on the cable. Option `protocol`: the digit after `_xid`. */
function xidIdentity({ options }: SimulatorOptions): XidIdentity {
  const product = wordOption(options, "product", ["c-pod", "stimtracker-duo", "stimtracker-quad"]);
  const protocol = numberOption(options, "protocol", { from: 0, to: 9 }) ?? 0;
  return { ...PRODUCTS[product], major: "2", minor: "0", protocol: String(protocol) };
}

/** The model of a c-pod is a choice; the others are in `cedrus-opensource/pyxid`. */
const PRODUCTS = {
  "c-pod": { product: "4", model: "1" },
  "stimtracker-duo": { product: "S", model: "1" },
  "stimtracker-quad": { product: "S", model: "2" },
} as const;

/** A box without figures; throws `CLI_BAD_CALL` when one is set. */
function plain(options: SimulatorOptions): SimulatorOptions {
  figuresWith({}, options.body);
  return options;
}
