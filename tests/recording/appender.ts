/** Appends blocks until it is killed, and tells after each how many there are. */
import { openSampleWriter } from "../../src/recording/write.ts";

const writer = openSampleWriter(process.argv[2] ?? "", {
  session: "killed",
  model: "test",
  rateHz: 5000,
  channels: [{ name: "FDI", unit: "uV" }],
  startedUtc: "2026-03-02T09:00:00.000Z",
});
for (let i = 0; ; i++) {
  const channels = [new Float32Array(100).fill(i)];
  const rest = { frames: 100, triggers: [], arrivedMs: i, lostBefore: 0, deviceMs: null };
  writer.append({ firstIndex: i * 100, channels, ...rest });
  process.stdout.write(`${i + 1}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
