import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as build from "../../../protocols/build.ts";
import type { Protocol } from "../../../protocols/types.ts";
import { createRandom, type Random } from "../../base/random.ts";
import type { PulseCounts } from "../../contract/events.ts";
import type { LabClock } from "../../contract/time.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";

/** What a session script gets. Protocols run through the same check, gate and journal as any other. */
export interface SessionApi {
  /** Runs a protocol (a library name, a file, or one built here) to its end. Throws when it is refused, stopped or faulted. */
  run(protocol: string | Protocol): Promise<PulseCounts>;
  /** Waits on the session's clock, seconds. A stop ends it. */
  rest(seconds: number): Promise<void>;
  /** Waits until so many seconds after the session's start; at once when that has passed. */
  waitUntil(secondsFromStart: number): Promise<void>;
  /** Seconds since the session's start. */
  now(): number;
  /** Writes a line into the journal. */
  note(text: string): void;
  /** Seeded: replay and repetition draw the same. */
  readonly random: Random;
  /** Builders of protocols: `train`, `single`, `rest`, `protocol` ... */
  readonly build: typeof build;
  readonly subject: string;
}

export type SessionScript = (session: SessionApi) => Promise<void>;

export function isScript(name: string): boolean {
  return /\.[mc]?ts$/.test(name);
}

/** Loads the default export of a `.ts` file; it runs in the process that owns the journal, never beside the port. */
export async function loadScript(file: string): Promise<SessionScript> {
  if (!existsSync(file))
    throw new PulsetrainError("PROTOCOL_NOT_FOUND", `${file}: no such session script`);
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new PulsetrainError(
      "PROTOCOL_BAD",
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  if (typeof module.default !== "function") {
    throw new PulsetrainError(
      "PROTOCOL_BAD",
      `${file}: expected \`export default async (session) => { ... }\``,
    );
  }
  return module.default as SessionScript;
}

export function sessionApi(parts: {
  readonly clock: LabClock;
  readonly seed: number;
  readonly subject: string;
  readonly run: (protocol: string | Protocol) => Promise<PulseCounts>;
  readonly note: (text: string) => void;
  readonly stoppedBy: () => string | null;
}): SessionApi {
  const { clock } = parts;
  const startMs = clock.now();
  const until = async (dueMs: number): Promise<void> => {
    // Short steps, so that a stop is noticed while a script rests.
    while (clock.now() < dueMs && parts.stoppedBy() === null)
      await clock.until(Math.min(dueMs, clock.now() + REST_STEP_MS));
    const by = parts.stoppedBy();
    if (by !== null) throw new PulsetrainError("CLI_STOPPED", by);
  };
  return {
    run(protocol) {
      const done = parts.run(protocol);
      // A script that does not await it must not end the process by its rejection.
      done.catch(() => undefined);
      return done;
    },
    async rest(seconds) {
      await until(clock.now() + seconds * 1000);
      // Written down, so that a replay ends no sooner than the session did.
      parts.note(`rested ${seconds} s`);
    },
    waitUntil: (seconds) => until(startMs + seconds * 1000),
    now: () => (clock.now() - startMs) / 1000,
    note: parts.note,
    random: createRandom(parts.seed, "script"),
    build,
    subject: parts.subject,
  };
}

const REST_STEP_MS = 200;
