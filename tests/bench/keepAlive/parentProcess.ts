/** One run of the fleet: owns its journal, forks its rig process, and stalls at random. */
import { join } from "node:path";
import { createRandom } from "../../../src/base/random.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { runBenchSession } from "../timing/session.ts";
import { type FromParent, kindOf, type ParentOrder } from "./fleet.ts";

const STALL_MS = 100;
/** Between two stalls, ms. */
const PAUSE_MS: readonly [number, number] = [200, 1000];

const { rig, devicePath, folder } = JSON.parse(process.argv[2] ?? "") as ParentOrder;
const tell = (message: FromParent): void => {
  if (process.connected) process.send?.(message);
};
process.once("disconnect", () => process.exit(0));

let stalls = 0;

/** Nothing of this process runs meanwhile, as when a disk or the system holds it. */
function stall(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS);
  stalls += 1;
}

function stallAtRandom(): () => void {
  const random = createRandom(rig, "keep-alive stalls");
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(
      () => {
        stall();
        arm();
      },
      random.between(...PAUSE_MS),
    );
  };
  arm();
  return () => clearTimeout(timer);
}

const { model, plan } = kindOf(rig);
const journal = openJournal(join(folder, `keep-alive-${rig}.db`), utcNow());
let controlLost = 0;
const end = await runBenchSession({
  journal,
  session: `keep-alive-${rig}`,
  stimulator: { driver: model, port: devicePath, mains: 240 },
  plan,
  onceReady: () =>
    new Promise((go) => {
      process.once("message", () => go());
      tell({ type: "ready" });
    }),
  load: stallAtRandom,
  onEvent: (event) => {
    if (event.kind === "fault" && event.code === "DEVICE_CONTROL_LOST") controlLost += 1;
  },
});
journal.close();
tell({ type: "done", status: end.status, detail: end.detail, controlLost, stalls });
process.disconnect();
