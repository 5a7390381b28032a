import { addSine } from "../../amplifiers/ownSignal.ts";
import type { SampledBlock } from "../../amplifiers/sampler.ts";
import { toCount } from "../wire/packet.ts";
import type { Board, ChannelSettings, TestSignal } from "./board.ts";

/** Current of the lead-off drive through the electrode, and the resistor in series with it. */
const LEAD_OFF_NA = 6;
const LEAD_OFF_HZ = 31.2;
const SERIES_OHM = 2200;

/** Data sheet of the ADS1299: reference / 2400, clock / 2^21 or 2^20, and the temperature sensor at 25 °C. */
const TEST_UV = 1875;
const TEST_HZ = { slow: 2.048e6 / 2 ** 21, fast: 2.048e6 / 2 ** 20 } as const;
const TEMPERATURE_UV = 145_300;

/** Counts of one channel for a whole block, as its multiplexer and gain are set. Uses up `uv`. */
export function convertChannel(
  out: Int32Array,
  settings: ChannelSettings,
  test: TestSignal,
  block: SampledBlock,
  uv: Float64Array,
  electrodeOhm: number,
): void {
  if (settings.isOff) {
    out.fill(0);
    return;
  }
  if (settings.input === "test") fillTest(uv, test, block);
  else if (settings.input !== "normal")
    uv.fill(settings.input === "temperature" ? TEMPERATURE_UV : 0);
  addLeadOff(uv, settings, block, electrodeOhm);
  for (let i = 0; i < out.length; i++) out[i] = toCount(uv[i] ?? 0, settings.gain);
}

function fillTest(uv: Float64Array, { shape, times }: TestSignal, block: SampledBlock): void {
  const amplitude = TEST_UV * times;
  if (shape === "dc") {
    uv.fill(amplitude);
    return;
  }
  for (let i = 0; i < uv.length; i++) {
    const halves = (2 * TEST_HZ[shape] * (block.firstMs + i * block.stepMs)) / 1000;
    uv[i] = Math.floor(halves) % 2 === 0 ? amplitude : -amplitude;
  }
}

function addLeadOff(
  uv: Float64Array,
  { leadP, leadN }: ChannelSettings,
  { firstMs, stepMs }: SampledBlock,
  electrodeOhm: number,
): void {
  const driven = Number(leadP) + Number(leadN);
  if (driven === 0) return;
  const amplitudeUv = (driven * LEAD_OFF_NA * (electrodeOhm + SERIES_OHM)) / 1000;
  addSine(uv, amplitudeUv, LEAD_OFF_HZ, firstMs, stepMs, 0);
}

export function channelsInUse({ usesDaisy }: Board): number {
  return usesDaisy ? 16 : 8;
}
