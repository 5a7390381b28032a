import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type DischargeLine, eventsOf, jsonLines, type Lab, pulsesBy, RMT } from "./lab.ts";
import type { Finished } from "./processes.ts";
import { trainsText } from "./protocols.ts";

export interface Virtual {
  readonly end: Finished;
  readonly discharges: readonly DischargeLine[];
}

/** Three trains of five on the virtual clock, the stimulator in the run's own process. */
export async function runVirtual(lab: Lab, fault: string): Promise<Virtual> {
  const log = join(lab.folder, "discharges.jsonl");
  const end = await lab.cli([
    ...["run", lab.file("p.yaml", trainsText(3, 5, 2)), "--speed", "max", "--fault", fault],
    ...["--db", lab.db, "--json", "--discharges", log, ...RMT],
  ]);
  return { end, discharges: existsSync(log) ? jsonLines(readFileSync(log, "utf8")) : [] };
}

/** Ended by the device: exit 4, the code told and journalled, no pulse unaccounted for. */
export function expectFaulted(
  lab: Lab,
  discharges: readonly DischargeLine[],
  end: Finished,
  code: string,
): void {
  expect(end.code, end.stderr).toBe(4);
  expect(end.stderr).toMatch(new RegExp(`faulted ${code}: .+\\n  .+; cure: .+`));
  expect(jsonLines(end.stdout).at(-1)).toMatchObject({ status: "faulted" });
  const events = lab.events();
  expect(eventsOf(events, "fault")[0]).toMatchObject({ code });
  expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "faulted" });
  expectAccount(lab, discharges);
}

/** Never a pulse that is in no account, nor a delivered one that never was. */
export function expectAccount(lab: Lab, discharges: readonly DischargeLine[]): void {
  const events = lab.events();
  const sure = pulsesBy(events, "delivered");
  expect(discharges.length).toBeGreaterThanOrEqual(sure);
  expect(discharges.length).toBeLessThanOrEqual(sure + pulsesBy(events, "unknown"));
}
