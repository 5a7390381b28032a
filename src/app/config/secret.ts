import { readFileSync } from "node:fs";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";

/**
 * Reads what `env:NAME` or `file:PATH` points to. The value goes to the driver and nowhere else;
 * errors name the pointer only.
 */
export function readSecret(pointer: string | undefined): string | null {
  if (pointer === undefined) return null;
  const [kind, name] = [
    pointer.slice(0, pointer.indexOf(":")),
    pointer.slice(pointer.indexOf(":") + 1),
  ];
  const value = kind === "env" ? process.env[name] : readSecretFile(name, pointer);
  const trimmed = value?.trim() ?? "";
  if (trimmed === "") throw new PulsetrainError("RIG_FILE_BAD", `${pointer} is empty or not set`);
  return trimmed;
}

function readSecretFile(path: string, pointer: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new PulsetrainError("RIG_FILE_BAD", `${pointer}: ${errno}`);
  }
}
