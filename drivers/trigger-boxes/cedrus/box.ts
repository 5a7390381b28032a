/** Cedrus c-pod and StimTracker: the box lowers its lines by itself. */
import { z } from "zod";
import { ok } from "../../../src/base/result.ts";
import type { TriggerConfig } from "../../../src/contract/trigger.ts";
import { xidHazard } from "../hazard.ts";
import { type BoxKind, lineAt, orBadRig, readBoxOptions } from "../kind.ts";
import { createLineBox } from "../lines/lineBox.ts";
import { decodeXid, linesCommand } from "./commands.ts";
import { identifyXid } from "./identify.ts";

/** What the mask of the wire can name; how many a unit has is told by its back. */
const LINES = 16;
/** What pyxid2 sends while it means to clear lines 1 to 8: lines 9 to 16 go up. */
const NEVER_MASK = 0xff00;

const options = z.strictObject({ pulseMs: z.number().int().min(1).max(100).default(5) });
const pulseMsOf = (config: TriggerConfig): number =>
  orBadRig(readBoxOptions(config, LINES, options)).pulseMs;

export const cedrusXid: BoxKind = {
  line: lineAt(115_200),
  describe: (config) => {
    const read = readBoxOptions(config, LINES, options);
    if (!read.ok) return read;
    const { pulseMs } = read.value;
    return ok({
      model: config.driver,
      lines: LINES,
      pulseMs,
      minIntervalMs: 2 * pulseMs,
      worstLatencyMs: 3,
      confirms: false,
    });
  },
  classifier: ({ stimulatorLine }) => xidHazard(stimulatorLine),
  create: (context) => {
    const pulseMs = pulseMsOf(context.config);
    return createLineBox(context, {
      lines: LINES,
      encode: linesCommand,
      allLow: linesCommand(0),
      pulseMs,
      hostLowersMs: null,
      minIntervalMs: 2 * pulseMs,
      markGapMs: 0,
      isForbidden: (mask) => mask === NEVER_MASK,
      identify: () => identifyXid(context.port, context.clock, pulseMs),
    });
  },
  decode: decodeXid,
};
