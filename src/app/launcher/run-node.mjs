// `node run-node.mjs SCRIPT ARGS...`: runs a script under a Node that fits; npm scripts use it.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fits, runUnderPackagedNode } from "./node.mjs";

const [script, ...args] = process.argv.slice(2);
if (fits()) {
  const file = resolve(script);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
} else {
  runUnderPackagedNode([script, ...args]);
}
