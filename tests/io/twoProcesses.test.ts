import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { openPtyPair } from "./ptyPair.ts";

const HOLDER = fileURLToPath(new URL("holder.ts", import.meta.url));

interface Holder {
  /** What it says next. */
  next(): Promise<string>;
  letGo(): void;
  readonly child: ChildProcess;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function hold(path: string): Holder {
  const child = spawn(process.execPath, [HOLDER, path], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    next: async () => String((await lines.next()).value),
    letGo: () => child.stdin.end(),
  };
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A UART of this machine where somebody names one; nothing is written to it. One that the kernel has its
 * console on keeps the mark of a killed holder, as nothing ever closes it for good.
 */
const UART = process.env["PULSETRAIN_TEST_UART"] ?? "";

describe.skipIf(process.platform !== "linux")("a port that two processes want", () => {
  const withoutRights = ["--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];
  const canDropRights = spawnSync("setpriv", [...withoutRights, "true"]).status === 0;
  it.skipIf(!isUsable(UART) || !canDropRights)(
    "is also kept from programs that ask for no lock, until it is closed (serial port)",
    async () => {
      const opens = (): boolean =>
        spawnSync("setpriv", [...withoutRights, "sh", "-c", `exec 3<>${UART}`]).status === 0;
      expect(opens()).toBe(true);
      const first = hold(UART);
      expect(await first.next()).toBe("open");
      expect(opens()).toBe(false);
      first.letGo();
      expect(await first.next()).toBe("closed");
      expect(opens()).toBe(true);
    },
  );

  const kinds = [
    { kind: "pseudo-terminal", pathOf: (): string => openPtyPair().path, isThere: true },
    { kind: "serial port", pathOf: (): string => UART, isThere: isUsable(UART) },
  ];
  for (const { kind, pathOf, isThere } of kinds) {
    it.skipIf(!isThere)(`goes to the first, whichever that is (${kind})`, async () => {
      const path = pathOf();
      const first = hold(path);
      expect(await first.next()).toBe("open");
      const second = hold(path);
      expect(await second.next()).toBe("PORT_BUSY");
      first.letGo();
      expect(await first.next()).toBe("closed");
      second.letGo();
      expect(await second.next()).toBe("closed");

      const third = hold(path);
      expect(await third.next()).toBe("open");
      const fourth = hold(path);
      expect(await fourth.next()).toBe("PORT_BUSY");
    });

    it.skipIf(!isThere)(`is free again when its holder was killed (${kind})`, async () => {
      const path = pathOf();
      const first = hold(path);
      expect(await first.next()).toBe("open");
      first.child.kill("SIGKILL");
      await once(first.child, "exit");
      expect(await hold(path).next()).toBe("open");
    });
  }
});
