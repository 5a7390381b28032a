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
