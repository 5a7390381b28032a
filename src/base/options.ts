import type { z } from "zod";
import type { Result } from "../contract/result.ts";
import { err, ok } from "./result.ts";

/**
 * The free options that a rig file gives a driver, checked by the driver's own schema. Fails with
 * words that name every field that is wrong, for `describe`.
 */
export function readOptions<T>(
  schema: z.ZodType<T>,
  options: Readonly<Record<string, unknown>>,
  driver: string,
): Result<T, string> {
  const checked = schema.safeParse(options);
  if (checked.success) return ok(checked.data);
  const words = checked.error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys") return `no option ${issue.keys.join(", ")} is known`;
    const field = issue.path.join(".");
    return field === "" ? issue.message : `\`${field}\`: ${issue.message}`;
  });
  return err(`${driver}, its options in the rig file: ${words.join("; ")}`);
}
