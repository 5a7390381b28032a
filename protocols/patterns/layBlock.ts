import type { Pattern } from "../types.ts";
import { layQuadripulse, layThetaBurst } from "./bursts.ts";
import { layClosedLoopBursts, layClosedLoopSingle } from "./closedLoop.ts";
import { layConventional } from "./conventional.ts";
import { layCustom } from "./custom.ts";
import { layExternal } from "./external.ts";
import { layPaired } from "./paired.ts";
import { layPas } from "./pas.ts";
import type { PatternContext, PatternResult } from "./shared.ts";
import { laySingle } from "./single.ts";
import { layThresholdTracking } from "./unplanned.ts";

/** Lays one block out in time, from 0, or says everything that stands in the way. */
export function layBlock(pattern: Pattern, context: PatternContext): PatternResult {
  switch (pattern.type) {
    case "conventional":
      return layConventional(pattern, context);
    case "iTBS":
    case "cTBS":
    case "imTBS":
      return layThetaBurst(pattern, context);
    case "QPS":
      return layQuadripulse(pattern, context);
    case "single":
      return laySingle(pattern, context);
    case "paired":
      return layPaired(pattern, context);
    case "pas":
      return layPas(pattern, context);
    case "threshold-tracking":
      return layThresholdTracking(pattern, context);
    case "closed-loop-burst":
      return layClosedLoopBursts(pattern, context);
    case "closed-loop-single":
      return layClosedLoopSingle(pattern, context);
    case "external":
      return layExternal(pattern, context);
    case "custom":
      return layCustom(pattern, context);
  }
}
