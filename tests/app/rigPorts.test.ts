import { expect, test } from "vitest";
import { rigSchema } from "../../src/app/config/rig.ts";

const STIMULATOR = { driver: "magstim-rapid2", port: "simulated" };
const RIG = { name: "lab", simulated: true, stimulator: STIMULATOR };
const UDP = "udp://10.0.0.2:5000";

const accepts = (rig: unknown): boolean => rigSchema.safeParse(rig).success;

test("datagrams bring samples, and are refused for whatever takes orders", () => {
  const box = { driver: "pulse-box", port: UDP };
  expect(accepts(RIG)).toBe(true);
  expect(accepts({ ...RIG, amplifier: { driver: "neurone", port: UDP } })).toBe(true);
  expect(accepts({ ...RIG, stimulator: { ...STIMULATOR, port: UDP } })).toBe(false);
  expect(accepts({ ...RIG, nerve: { ...box, line: 1 } })).toBe(false);
  expect(accepts({ ...RIG, markers: { box } })).toBe(false);
  const trigger = { via: "box", ...box, line: 1 };
  expect(accepts({ ...RIG, stimulator: { ...STIMULATOR, trigger } })).toBe(false);
});

test("a marker code that would start the stimulator is refused with the file", () => {
  const trigger = { via: "box", driver: "pulse-box", port: "simulated", line: 1 };
  const rig = { ...RIG, stimulator: { ...STIMULATOR, trigger } };
  expect(accepts({ ...rig, markers: {} })).toBe(false);
  expect(accepts({ ...rig, markers: { code: 2 } })).toBe(true);
  expect(accepts({ ...rig, markers: { code: 2, conditions: { "test alone": 3 } } })).toBe(false);
  const box = { driver: "pulse-box", port: "simulated" };
  expect(accepts({ ...rig, markers: { box } })).toBe(true);
});
