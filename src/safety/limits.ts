import { hashOf } from "../base/canonical.ts";
import { err, ok } from "../base/result.ts";
import type { Result } from "../contract/result.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { DurationTable, LimitProfile } from "./limitProfile.ts";
import defaults from "./limits.json" with { type: "json" };
import { limitProfileSchema } from "./limitsSchema.ts";

export type { DurationTable, LimitProfile };

/** Reads a profile from outside; the words of an error name the field. */
export function parseProfile(value: unknown): Result<LimitProfile, string> {
  const parsed = limitProfileSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const words = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  return err(words.join("; "));
}

let loaded: LimitProfile | null = null;

/** The profile that ships. Throws `CLI_BUG` when the file that ships is damaged. */
export function loadDefaultProfile(): LimitProfile {
  if (loaded !== null) return loaded;
  const parsed = parseProfile(defaults);
  if (!parsed.ok) throw new PulsetrainError("CLI_BUG", `limits.json: ${parsed.error}`);
  loaded = parsed.value;
  return loaded;
}

/** What an acceptance refers to: any changed figure is another hash. */
export function profileHash(profile: LimitProfile): string {
  return hashOf(profile);
}

/** A citation with its verification mark, as findings show it. */
export function cite(
  profile: LimitProfile,
  from: { readonly source: string; readonly mark: string },
): string {
  const short = profile.sources[from.source]?.short ?? from.source;
  return `${short} (${from.mark})`;
}
