import { listLibrary } from "../../../protocols/library.ts";
import type { Io } from "../io.ts";
import { resolveProtocol } from "../protocolFiles.ts";

/** The library: a line an entry, or one entry with citation and what is verified in it. */
export function protocolsCommand(
  name: string | undefined,
  options: { readonly json?: boolean },
  io: Io,
): number {
  if (name === undefined) {
    for (const entry of listLibrary()) {
      io.out(
        options.json === true ? JSON.stringify(entry) : `${entry.id.padEnd(28)} ${entry.name}`,
      );
    }
    return 0;
  }
  const { protocol } = resolveProtocol(name);
  io.out(options.json === true ? JSON.stringify(protocol) : JSON.stringify(protocol, null, 2));
  return 0;
}
