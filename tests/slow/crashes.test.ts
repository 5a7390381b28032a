import { describe } from "vitest";
import { killLauncher, killRig, killUnit, oldNode } from "../e2e/crashes.ts";
import { test } from "../e2e/lab.ts";

const OLD_NODE = oldNode();

describe("a process that is killed in a rest", () => {
  test("and stands beside the port: the unit falls silent and the run is faulted", ({ lab }) =>
    killRig(lab, "in a rest"));
  test("and is the stimulator: the run is faulted, with the port lost", ({ lab }) =>
    killUnit(lab, "in a rest"));
  test.skipIf(OLD_NODE === null)("and is the launcher: the run stops and disarms", ({ lab }) =>
    killLauncher(lab, "in a rest", OLD_NODE ?? ""),
  );
});
