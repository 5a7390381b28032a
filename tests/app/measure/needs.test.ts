import { describe, expect, it } from "vitest";
import type { Known } from "../../../src/app/measure/context.ts";
import { missingValues } from "../../../src/app/measure/needs.ts";
import { resolveProtocol } from "../../../src/app/protocolFiles.ts";
import { withStandIns } from "../../../src/app/run/standIns.ts";
import type { ThresholdKind } from "../../../src/contract/session.ts";

function known(kinds: readonly ThresholdKind[], n20Ms?: number): Known {
  return {
    thresholds: withStandIns([]).filter(({ kind }) => kinds.includes(kind)),
    latenciesMs: n20Ms === undefined ? {} : { N20: n20Ms },
    highestPctMso: null,
  };
}

const missing = (name: string, ...about: Parameters<typeof known>): readonly string[] =>
  missingValues(resolveProtocol(name).protocol, known(...about));

describe("what a protocol needs to know of a person", () => {
  it.each([
    ["sai", ["RMT", "1mV", "N20"]],
    ["sici", ["RMT", "1mV"]],
    ["csp", ["RMT"]],
    ["io-curve", ["RMT"]],
    ["tep-single", ["RMT"]],
    ["itbs-600-mep", ["RMT", "AMT", "1mV"]],
    ["pas25-mep", ["RMT", "1mV"]],
    ["ath-sici", ["RMT"]],
    ["ath-sai", ["RMT"]],
    ["mt-ml-pest", []],
    ["hotspot-search", []],
  ])("of %s is %j, each after what it is searched from", (name, values) => {
    expect(missing(name, [])).toEqual(values);
  });

  it("is not measured again where it is known", () => {
    expect(missing("sai", ["RMT", "1mV"], 20)).toEqual([]);
    expect(missing("sai", ["RMT", "1mV"])).toEqual(["N20"]);
    expect(missing("sai", ["1mV"], 20)).toEqual(["RMT"]);
    expect(missing("itbs-600-mep", ["RMT", "AMT"])).toEqual(["1mV"]);
  });
});
