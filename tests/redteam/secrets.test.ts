import { Observable, Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import { pctRmt, protocol, single } from "../../protocols/build.ts";
import type { BytePort, Stamped } from "../../src/contract/transport.ts";
import { type Conducted, conduct } from "./bench.ts";

const CODE = "7cef-5b1b6a1f-a4";
const SINGLES = protocol({
  id: "singles",
  blocks: [single({ totalPulses: 2, interPulseS: [4, 4], intensity: pctRmt(100) })],
});

/** A cable that brings back what is sent, in pieces of `size` bytes, with the answers behind it. */
function echoing(port: BytePort, size: number, skip: number): BytePort {
  const echo$ = new Subject<Stamped<Uint8Array>>();
  return {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    bytes$: new Observable((subscriber) => {
      const parts = [port.bytes$, echo$].map((bytes$) =>
        bytes$.subscribe((stamped) => subscriber.next(stamped)),
      );
      return () => {
        for (const part of parts) part.unsubscribe();
      };
    }),
    write: (bytes) => {
      const stamp = port.write(bytes);
      const sent = Uint8Array.from(bytes);
      queueMicrotask(() => {
        for (let at = skip; at < sent.length; at += size)
          echo$.next({ atMs: stamp.writtenMs, value: sent.slice(at, at + size) });
      });
      return stamp;
    },
  };
}

/** Six characters in a row, in text or as hex, tell a good part of a code. */
function leaks({ events, end }: Conducted): readonly string[] {
  const told = [JSON.stringify(end)];
  let line = "";
  for (const event of events) {
    told.push(JSON.stringify(event));
    if (event.kind === "wire")
      for (const [, direction, hex] of event.frames) if (direction === "rx") line += hex;
    if (event.kind === "note") line += /^junk on the line: ([0-9a-f]*)/.exec(event.text)?.[1] ?? "";
  }
  told.push(line);
  const pieces = Array.from({ length: CODE.length - 5 }, (_, i) => CODE.slice(i, i + 6));
  return pieces.filter((piece) => {
    const hex = Buffer.from(piece).toString("hex");
    return told.some((text) => text.includes(piece) || text.includes(hex));
  });
}

describe("an unlock code", () => {
  it("stands nowhere in the record of an ordinary session", async () => {
    const result = await conduct([SINGLES], { unlockCode: CODE, softwareVersion: "9.0" });
    expect(result.end.status).toBe("completed");
    expect(leaks(result)).toEqual([]);
    expect(JSON.stringify(result.events)).toContain("2a2a2a2a");
  });

  it("stands nowhere when the cable brings it back, whole, in pieces or cut", async () => {
    for (const size of [1, 2, 3, 5, 7, 18]) {
      for (const skip of [0, 1, 4]) {
        const result = await conduct([SINGLES], {
          unlockCode: CODE,
          softwareVersion: "9.0",
          tamper: (port) => echoing(port, size, skip),
        });
        expect(leaks(result), `${size} bytes at a time, without the first ${skip}`).toEqual([]);
      }
    }
  });
});
