import { readFileSync } from "node:fs";
import type { ErrorCode } from "../../errors/codes.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "no permission to read it",
  EISDIR: "it is a folder",
};

/** Text of a file that a person named; what stands in the way is said in words. */
export function readUserFile(file: string, code: ErrorCode): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? "";
    throw new PulsetrainError(code, `${file}: ${WORDS[errno] ?? errno}`, { cause: error });
  }
}
