import { CODES, type ErrorCode } from "./codes.ts";

/** An error with a code from the one table. The wording is free; the code is the contract. */
export class PulsetrainError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, options?: { readonly cause?: unknown }) {
    super(`${code}: ${detail}`, options);
    this.name = "PulsetrainError";
    this.code = code;
    this.detail = detail;
  }

  /** Exit code of the program when this error ends it. */
  get exit(): 1 | 2 | 3 | 4 | 5 {
    return CODES[this.code].exit;
  }
}

export function isPulsetrainError(error: unknown): error is PulsetrainError {
  return error instanceof PulsetrainError;
}
