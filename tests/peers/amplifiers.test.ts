/**
 * A second opinion on the simulated Cyton and BITalino: clients in Python that share neither code nor
 * tables with this project hold a whole session with each, in real processes and in real time.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { addressOf, jsonLines, MAIN, scene } from "./scene.ts";

const CYTON = fileURLToPath(new URL("./cyton_client.py", import.meta.url));
const BITALINO = fileURLToPath(new URL("./bitalino_client.py", import.meta.url));

interface ClientReport {
  readonly problems: readonly string[];
  readonly measured: { readonly packets?: number; readonly frames?: number };
}

// In real time beside other work a process may not get the processor for long; a disagreement
// shows every time.
describe.concurrent("a client in Python", { retry: 2 }, () => {
  for (const { model, client, kind, atLeast } of [
    { model: "openbci-cyton", client: CYTON, kind: ["plain"], atLeast: 400 },
    { model: "openbci-cyton-daisy", client: CYTON, kind: ["daisy"], atLeast: 400 },
    { model: "bitalino", client: BITALINO, kind: [], atLeast: 1600 },
  ]) {
    it(`finds ${model} to be as published, without a loss`, async (context) => {
      const { expect } = context;
      const at = scene(context);
      const simulator = at.spawn(process.execPath, [
        MAIN,
        ...["simulate", model, "--link", join(at.folder, "port")],
      ]);
      const { out, err } = await at
        .spawn("python3", [client, await addressOf(simulator), ...kind])
        .ended();
      const [report] = jsonLines(out);
      if (report === undefined) throw new Error(`the client said nothing: ${err}`);
      const { problems, measured } = report as ClientReport;
      expect(problems).toEqual([]);
      expect(measured.packets ?? measured.frames).toBeGreaterThan(atLeast);
      simulator.stop();
      expect((await simulator.ended()).code).toBe(0);
    });
  }
});
