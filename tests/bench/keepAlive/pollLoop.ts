/** The floor: a timer and a write call, as often as the driver polls. `pollLoop.ts PATH` */
import { constants, openSync, writeSync } from "node:fs";
import { askForPriority } from "../timing/priority.ts";
import { POLL_HEX, POLL_MS } from "./fleet.ts";

askForPriority();

const fd = openSync(process.argv[2] ?? "", constants.O_RDWR | constants.O_NOCTTY);
const frame = new Uint8Array(Buffer.from(POLL_HEX, "hex"));
const next = (): void => {
  writeSync(fd, frame);
  setTimeout(next, POLL_MS);
};
process.on("disconnect", () => process.exit(0));
next();
