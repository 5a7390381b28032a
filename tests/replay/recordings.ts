/** Sessions as `pulsetrain run` leaves them, on the virtual clock and in journals of their own. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Protocol } from "../../protocols/types.ts";
import { type RunOptions, runCommand } from "../../src/app/commands/run.ts";
import type { RigConfig } from "../../src/app/config/rig.ts";
import { type OpenJournal, readJournal } from "../../src/journal/read.ts";
import { ownFolder } from "../slow/running.ts";

export interface Recorded {
  readonly db: string;
  readonly journal: OpenJournal;
  readonly session: string;
}

export interface Recordings {
  record(rig: RigConfig, plan: Protocol, fault?: readonly string[]): Promise<Recorded>;
  remove(): void;
}

const silent = { out: () => undefined, err: () => undefined, errIsTerminal: false, colours: false };

export function recordings(): Recordings {
  const folder = ownFolder();
  const journals: OpenJournal[] = [];
  /** JSON is YAML. */
  const file = (name: string, content: unknown): string => {
    const path = join(folder.path, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  return {
    async record(rig, plan, fault = []) {
      const n = journals.length + 1;
      const db = join(folder.path, `${n}.db`);
      const options: RunOptions = {
        rig: file(`rig-${n}.yaml`, rig),
        db,
        seed: 11,
        speed: "max",
        threshold: ["RMT=45"],
        fault,
      };
      await runCommand(file(`plan-${n}.yaml`, plan), options, silent);
      const journal = readJournal(db);
      journals.push(journal);
      const [line] = journal.list();
      if (line === undefined) throw new Error("nothing was recorded");
      return { db, journal, session: line.session };
    },
    remove() {
      for (const journal of journals) journal.close();
      folder.remove();
    },
  };
}
