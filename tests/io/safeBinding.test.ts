import { pbkdf2 } from "node:crypto";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { type BindingPort, makeSafe, openSafePort } from "../../src/io/safeBinding.ts";
import { openPtyPair } from "./ptyPair.ts";

const open: number[] = [];

afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
});

/** A binding port as Linux and macOS have it, on the descriptor of a file. */
function portOn(path: string, state = { isOpen: true }): BindingPort {
  const fd = openSync(path, "r+");
  open.push(fd);
  const refuse = (): Promise<never> => Promise.reject(new Error("not in this test"));
  const port = {
    fd,
    poller: {
      once: (_: string, listener: (error: Error | null) => void) => {
        if (!state.isOpen) throw new Error("the destroyed poller was touched");
        setImmediate(() => listener(null));
      },
    },
    get isOpen() {
      return state.isOpen;
    },
    openOptions: {} as BindingPort["openOptions"],
    close: refuse,
    read: refuse,
    write: refuse,
    update: refuse,
    set: refuse,
    get: refuse,
    getBaudRate: refuse,
    flush: refuse,
    drain: refuse,
  };
  return port;
}

const fileOf = (text: string): string => {
  const path = join(tmpdir(), `safe-binding-${process.pid}`);
  writeFileSync(path, text);
  return path;
};

/** Occupies one thread of Node's pool for a while. */
function busyThread(): Promise<Buffer> {
  return promisify(pbkdf2)("a", "b", 200_000, 64, "sha512");
}

describe("safe binding", () => {
  it("ends on a read of 0 bytes instead of trying again for ever", async () => {
    const port = makeSafe(portOn("/dev/null"));
    const error: unknown = await port
      .read(Buffer.alloc(8), 0, 8)
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain("the device is gone");
    // A canceled read counts as our own close; a lost device must not look like one.
    expect(error).not.toHaveProperty("canceled");
  });

  it("cancels a read that a close overtakes, without touching the destroyed poller", async () => {
    const state = { isOpen: true };
    const port = makeSafe(portOn(fileOf("abc"), state));
    const reading = port.read(Buffer.alloc(8), 0, 8);
    state.isOpen = false;
    await expect(reading).rejects.toMatchObject({ canceled: true });
  });

  it("does not bring back bytes of a read that was under way when input was discarded", async () => {
    const port = makeSafe(portOn(fileOf("abcdef")));
    const reading = port.read(Buffer.alloc(3), 0, 3);
    port.discardArrived();
    await expect(reading).rejects.toThrow("end of file");
  });

  it("keeps what comes after a discard, however busy the threads of the process are", async () => {
    const pair = openPtyPair();
    const port = await openSafePort({ path: pair.path, baudRate: 9600 });
    const threads = Array.from({ length: 4 }, () => busyThread());
    const buffer = Buffer.alloc(8);
    const reading = port.read(buffer, 0, 8);
    port.discardArrived();
    pair.send(Uint8Array.of(1, 2, 3));
    expect((await reading).bytesRead).toBe(3);
    await Promise.all(threads);
    await port.close();
    pair.vanish();
  }, 5000);

  it("hands bytes over before it returns", async () => {
    const path = fileOf("");
    const port = makeSafe(portOn(path));
    expect(port.writeNow?.(Uint8Array.of(1, 2, 3))).toBe(3);
    const reader = makeSafe(portOn(path));
    const buffer = Buffer.alloc(8);
    expect((await reader.read(buffer, 0, 8)).bytesRead).toBe(3);
  });

  it("has no direct write where the binding has no poller, as on Windows", () => {
    const { poller: _, ...plain } = portOn("/dev/null") as BindingPort & {
      readonly poller: unknown;
    };
    const port = makeSafe(plain);
    expect(port.writeNow).toBeNull();
    expect(() => port.discardArrived()).not.toThrow();
  });
});
