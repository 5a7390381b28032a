/** Where a command writes: results on `out`, everything for people on `err`. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  readonly errIsTerminal: boolean;
  readonly colours: boolean;
}

export function processIo(): Io {
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    errIsTerminal: process.stderr.isTTY === true,
    colours: process.stderr.isTTY === true && process.env["NO_COLOR"] === undefined,
  };
}

const STREAMS = (): readonly NodeJS.WriteStream[] => [process.stdout, process.stderr];

/** A reader that went away (`| head`) or a terminal that is gone never ends a run by itself. */
export function surviveLostReaders(): void {
  for (const stream of STREAMS()) stream.on("error", () => undefined);
}

/** Resolves when everything written so far is with the system, or lost with its reader. */
export async function drained(): Promise<void> {
  await Promise.all(
    STREAMS().map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))),
  );
}
