import type { ErrorCode } from "../../../src/errors/codes.ts";

export type WireCode = Extract<ErrorCode, `WIRE_${string}`>;

export interface WireFault {
  readonly code: WireCode;
  readonly why: string;
}
