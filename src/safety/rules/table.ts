import { CUMULATIVE_RULES } from "./cumulative.ts";
import { DURATION_RULES } from "./duration.ts";
import { INTENSITY_RULES } from "./intensity.ts";
import { INTERVAL_RULES } from "./interval.ts";
import { PATTERN_RULES } from "./patterned.ts";
import type { Rule } from "./rule.ts";
import { RUNTIME_RULES } from "./runtime.ts";
import { SINGLE_RULES } from "./single.ts";
import { VISIT_RULES } from "./visit.ts";

/** Every rule there is. A rule without `check` acts at run time, where `acts` says. */
export const RULES: readonly Rule[] = [
  ...INTENSITY_RULES,
  ...DURATION_RULES,
  ...INTERVAL_RULES,
  ...PATTERN_RULES,
  ...SINGLE_RULES,
  ...CUMULATIVE_RULES,
  ...VISIT_RULES,
  ...RUNTIME_RULES,
];
