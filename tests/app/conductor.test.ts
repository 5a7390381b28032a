import { expect, test } from "vitest";
import { createMemoryWriter } from "../../src/app/replay/memoryWriter.ts";
import { type Conductor, createConductor } from "../../src/app/run/conductor.ts";
import type { FromRig, ToRig } from "../../src/engine/messages.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";

/** A conductor whose rig is this test. */
function withRig(): {
  readonly conductor: Conductor;
  readonly toRig: ToRig[];
  readonly held: string[];
  readonly notes: () => readonly string[];
  say(message: FromRig): void;
} {
  const toRig: ToRig[] = [];
  const held: string[] = [];
  let say: (message: FromRig) => void = () => undefined;
  const writer = createMemoryWriter("session");
  const conductor = createConductor({
    clock: createVirtualClock({ startUtcMs: 0 }),
    line: {
      send: (message) => void toRig.push(message),
      onMessage: (listener) => {
        say = listener;
      },
      onClosed: () => undefined,
    },
    writer,
    watcher: {
      progress: () => undefined,
      hold: (text) => void held.push(text),
      stored: () => undefined,
    },
    doseBook: null,
    heartbeatMs: null,
    killRig: () => undefined,
  });
  const notes = (): readonly string[] =>
    writer.events.flatMap((event) => (event.kind === "note" ? [event.text] : []));
  return { conductor, toRig, held, notes, say: (message) => say(message) };
}

test("one press of the pause key answers a hold", () => {
  const { conductor, say, toRig } = withRig();
  say({ type: "hold", text: "look at the coil" });
  conductor.togglePause("key");
  expect(toRig).toEqual([{ type: "resume", by: "key" }]);
});

test("what is asked at the chair waits for a person, who is named in the journal", async () => {
  const { conductor, held, notes, toRig } = withRig();
  const asked = conductor.ask("hold the coil at: centre");
  expect(held).toEqual(["hold the coil at: centre"]);
  conductor.togglePause("key");
  expect(await asked).toBe("key");
  expect(toRig).toEqual([]);
  expect(notes()).toEqual([
    "asked: hold the coil at: centre",
    "key confirmed: hold the coil at: centre",
  ]);
});

test("a stop answers no question", async () => {
  const { conductor } = withRig();
  const asked = conductor.ask("RMT 51 %MSO: is it right?");
  conductor.stop("key");
  await expect(asked).rejects.toMatchObject({ code: "CLI_STOPPED" });
  await expect(conductor.ask("and now?")).rejects.toMatchObject({ code: "CLI_STOPPED" });
});
