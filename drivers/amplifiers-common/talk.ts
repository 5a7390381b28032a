/** Questions and answers on a port before and after a stream. */
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/** Looks at what came; anything but null ends the wait. */
export type Take<T> = (bytes: Uint8Array) => T | null;

export interface Heard<T> {
  /** Null: the time was over. */
  readonly answer: T | null;
  /** All bytes that came meanwhile. */
  readonly bytes: number;
}

export interface Talk {
  /** Fire and forget. Throws when the port is closed. */
  send(bytes: Uint8Array): void;
  ask<T>(bytes: Uint8Array, take: Take<T>, withinMs: number): Promise<Heard<T>>;
  hear<T>(take: Take<T>, withinMs: number): Promise<Heard<T>>;
  /** What arrives meanwhile is dropped. Rejects when the link ends. */
  quiet(durationMs: number): Promise<void>;
}

export interface TalkControl {
  readonly talk: Talk;
  /** True when a question takes the bytes. */
  hand(bytes: Uint8Array): boolean;
  lose(detail: string): void;
}

interface Waiting {
  take(bytes: Uint8Array): void;
  lose(error: PulsetrainError): void;
}

export function createTalk(clock: LabClock, port: BytePort): TalkControl {
  let waiting: Waiting | null = null;

  const send = (bytes: Uint8Array): void => {
    // A lost port is told by the end of the link; the promise alone must not end the process.
    port.write(bytes).drained.catch(() => undefined);
  };

  const hear = <T>(take: Take<T>, withinMs: number): Promise<Heard<T>> =>
    new Promise((resolve, reject) => {
      let heard = 0;
      const end = (answer: T | null): void => {
        late.unsubscribe();
        waiting = null;
        resolve({ answer, bytes: heard });
      };
      const late = clock.at(clock.now() + withinMs, () => end(null));
      waiting = {
        take: (bytes) => {
          heard += bytes.length;
          const answer = take(bytes);
          if (answer !== null) end(answer);
        },
        lose: (error) => {
          late.unsubscribe();
          waiting = null;
          reject(error);
        },
      };
    });

  const talk: Talk = {
    send,
    ask: (bytes, take, withinMs) => {
      const heard = hear(take, withinMs);
      try {
        send(bytes);
      } catch (error) {
        // The wait would end by itself; nobody may be left with its rejection.
        heard.catch(() => undefined);
        return Promise.reject(error);
      }
      return heard;
    },
    hear,
    quiet: async (durationMs) => {
      await hear(() => null, durationMs);
    },
  };

  return {
    talk,
    hand: (bytes) => {
      if (waiting === null) return false;
      waiting.take(bytes);
      return true;
    },
    lose: (detail) => waiting?.lose(new PulsetrainError("PORT_LOST", detail)),
  };
}
