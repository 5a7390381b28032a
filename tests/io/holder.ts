/**
 * A process of its own that opens the port of its first argument, says `open` or the code of the
 * refusal, holds the port until its input ends, and says `closed`.
 */
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createSerialPort } from "../../src/io/serialPort.ts";
import { createRealClock } from "../../src/time/realClock.ts";

const port = createSerialPort({
  path: process.argv[2] ?? "",
  line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
  clock: createRealClock(),
});
try {
  await port.open();
  console.log("open");
} catch (error) {
  console.log(isPulsetrainError(error) ? error.code : String(error));
}
for await (const _ of process.stdin);
await port.close();
console.log("closed");
