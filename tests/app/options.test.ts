import { describe, expect, it } from "vitest";
import { THRESHOLD_METHODS } from "../../src/analysis/threshold/methods.ts";
import { methodOptions } from "../../src/app/config/methods.ts";
import { latencyOption, thresholdOption } from "../../src/app/config/session.ts";

const BAD = { code: "CLI_BAD_CALL" };
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe("--threshold", () => {
  it.each([
    ["RMT=45", "RMT", 45],
    ["AMT=38.5", "AMT", 38.5],
    ["1mV=66", "1mV", 66],
    ["1mV=100%", "1mV", 100],
  ])("takes %s", (text, kind, percentMso) => {
    expect(thresholdOption(text)).toMatchObject({ kind, percentMso, method: "command line" });
  });

  it.each([
    "RMT",
    "RMT=",
    "RMT=0",
    "RMT=101",
    "2mV=50",
    "1MV=50",
    "rmt=45",
    "RMT=-5",
    "RMT=4e1",
    "RMT=45=46",
  ])("refuses %s and says what it takes", (text) => {
    expect(thrown(() => thresholdOption(text))).toMatchObject(BAD);
  });
});

describe("--latency", () => {
  it.each([
    ["N20=19.5", 19.5],
    ["N20=20 ms", 20],
    ["N20=10", 10],
    ["N20=40", 40],
  ])("takes %s", (text, ms) => {
    expect(latencyOption(text)).toEqual(["N20", ms]);
  });

  it.each(["N20", "N20=", "N20=9.9", "N20=40.1", "P25=20", "N20=0.02", "N20=20s"])(
    "refuses %s: no N20 of a person lies there",
    (text) => {
      expect(thrown(() => latencyOption(text))).toMatchObject(BAD);
    },
  );
});

describe("--method", () => {
  it("takes every method there is for every value", () => {
    for (const method of Object.keys(THRESHOLD_METHODS)) {
      expect(methodOptions([`RMT=${method}`, `AMT=${method}`, `1mV=${method}`])).toEqual({
        RMT: method,
        AMT: method,
        "1mV": method,
      });
    }
    expect(methodOptions([])).toEqual({});
  });

  it.each([
    "RMT",
    "RMT=",
    "RMT=guessing",
    "N20=ml-pest",
    "RMT=ml-pest=2",
    "ml-pest",
    "RMT=toString",
  ])("refuses %s", (text) => {
    expect(thrown(() => methodOptions([text]))).toMatchObject(BAD);
  });

  it("names the methods that there are", () => {
    const { message } = thrown(() => methodOptions(["RMT=x"])) as Error;
    for (const method of Object.keys(THRESHOLD_METHODS)) expect(message).toContain(method);
  });
});
