import { describe, it } from "vitest";
import { holdsWithFaults, holdsWithoutFaults } from "./properties.ts";

const RUNS = Number(process.env["PULSETRAIN_PROPERTY_RUNS"] ?? 60);

describe("random plans through engine, gate, driver and simulator", () => {
  it("deliver exactly what the journal says while nothing goes wrong", async () => {
    await holdsWithoutFaults(RUNS);
  }, 120_000);

  it("with faults and stops never deliver a pulse that is not accounted for", async () => {
    await holdsWithFaults(RUNS * 2);
  }, 120_000);
});
