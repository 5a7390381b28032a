import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { nearNames } from "../../protocols/editDistance.ts";
import { libraryNames, libraryPath, readLibraryText } from "../../protocols/library.ts";
import { parseProtocolText } from "../../protocols/parse.ts";
import { problemLine } from "../../protocols/problems.ts";
import type { Protocol } from "../../protocols/types.ts";
import { hashOf } from "../base/canonical.ts";
import { orList } from "../base/result.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** A protocol with where it came from. */
export interface ResolvedProtocol {
  readonly protocol: Protocol;
  /** Hash of the protocol's content: layout and comments of its file do not change it. */
  readonly hash: string;
  readonly source: { readonly kind: "file" | "library"; readonly path: string };
  /** The file as it was read. */
  readonly text: string;
}

const FILE_TYPES = [".yaml", ".yml", ".json"];

/**
 * A protocol by file (`.yaml`, `.yml`, `.json`) or by library name. Throws `PROTOCOL_NOT_FOUND`
 * with the names that may have been meant, or `PROTOCOL_BAD` with every problem on its own line.
 */
export function resolveProtocol(nameOrPath: string): ResolvedProtocol {
  const isFile = FILE_TYPES.includes(extname(nameOrPath).toLowerCase()) || /[\\/]/.test(nameOrPath);
  const text = isFile ? readProtocolFile(nameOrPath) : readLibraryEntry(nameOrPath);
  const path = isFile ? nameOrPath : libraryPath(nameOrPath);
  const read = parseProtocolText(text, path);
  if (!read.ok) throw new PulsetrainError("PROTOCOL_BAD", read.error.map(problemLine).join("\n  "));
  return {
    protocol: read.value,
    hash: hashOf(read.value),
    source: { kind: isFile ? "file" : "library", path },
    text,
  };
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "no permission to read it",
  EISDIR: "it is a folder",
};

function readProtocolFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? "";
    throw new PulsetrainError("PROTOCOL_NOT_FOUND", `${path}: ${READ_ERRORS[errno] ?? errno}`, {
      cause: error,
    });
  }
}

function readLibraryEntry(name: string): string {
  const names = libraryNames();
  if (names.includes(name)) return readLibraryText(name);
  const near = nearNames(name, names, 4);
  const hint =
    near.length === 0 ? "`pulsetrain protocols` lists the names" : `did you mean ${orList(near)}?`;
  const types = `a protocol file ends with ${orList(FILE_TYPES)}`;
  throw new PulsetrainError("PROTOCOL_NOT_FOUND", `no library entry "${name}"; ${hint} (${types})`);
}
