import { NEVER } from "rxjs";
import type { DriverModule, Stimulator, StimulatorStatus } from "../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

const QUERY = Uint8Array.of(0x10);
const FIRE = Uint8Array.of(0xf1);
const ANSWER_WITHIN_MS = 100;

/**
 * The least of a driver: one query, answers of three bytes between 02 and 03. With `isTold: false` its
 * device answers nothing and it does not mind.
 */
export function echoDriver(options: {
  readonly isTold: boolean;
  readonly triesToFire?: boolean;
}): DriverModule {
  const never = (): never => {
    throw new Error("the doctor has no business here");
  };
  return {
    models: ["echo"],
    kind: "stimulator",
    line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
    describe: never,
    classifier: () => (bytes) => (bytes[0] === 0xf1 ? { kind: "fire" } : { kind: "safe" }),
    decodeCapture: (_, bytes) => {
      const frames = [];
      for (let at = 0; at < bytes.length; at += 3) {
        const hex = Buffer.from(bytes.subarray(at, at + 3)).toString("hex");
        const isFrame = /^02..03$/.test(hex);
        frames.push(
          isFrame
            ? { ok: true as const, hex, meaning: {} }
            : { ok: false as const, hex, code: "WIRE_UNKNOWN_FRAME", why: "no frame" },
        );
      }
      return frames;
    },
    create: ({ clock, port }): Stimulator => {
      const readStatus = async (): Promise<StimulatorStatus> => {
        let answers = 0;
        const listening = port.bytes$.subscribe(() => {
          answers += 1;
        });
        port.write(QUERY);
        await clock.wait(ANSWER_WITHIN_MS);
        listening.unsubscribe();
        if (options.isTold && answers === 0)
          throw new PulsetrainError("DEVICE_SILENT", "no answer");
        return { remote: true, state: "standby" } as StimulatorStatus;
      };
      return {
        status$: NEVER,
        events$: NEVER,
        lastStatus: () => null,
        readStatus,
        connect: async () => {
          if (!port.isOpen) await port.open();
          if (options.triesToFire === true) port.write(FIRE, { permitId: "forged" });
          await readStatus();
          return { model: "echo", softwareVersion: null, detail: {} };
        },
        close: async () => {
          await port.close();
          return { confirmed: options.isTold, detail: "closed" };
        },
        prepare: never,
        arm: never,
        awaitReady: never,
        quietUntil: never,
        deliver: never,
        disarm: never,
      };
    },
  };
}
