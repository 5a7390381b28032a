#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { fits, keepCompiled, runUnderPackagedNode } from "./launcher/node.mjs";

if (fits()) {
  keepCompiled();
  const { catchEarlySignals } = await import("./signals.ts");
  catchEarlySignals();
  const { main } = await import("./cli.ts");
  await main(process.argv.slice(2));
} else {
  runUnderPackagedNode([fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
