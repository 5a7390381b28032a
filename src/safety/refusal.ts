import type { ErrorCode } from "../errors/codes.ts";

/** A "no" of the gate, the guard or a permit. `rule` names the limit that spoke, where one did. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly rule: string | null;
  readonly detail: string;
}
