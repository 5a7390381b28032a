/** Impedance of an electrode from the current that the converter drives through it. */

/** Lead-off current of the ADS1299, ampere; its series resistor in front of the input, ohm. */
const DRIVE_A = 6e-9;
const SERIES_OHM = 2200;
/** Nominal frequency of the current. The sources say 31, 31.2 and 31.5 Hz. */
const DRIVE_HZ = 31.2;
/** 78 whole periods of it. */
export const WINDOW_FRAMES = 625;
/** The amplifier settles after the current is switched. */
export const SETTLE_FRAMES = 125;

/**
 * sqrt(2) times the standard deviation of the 31 Hz band, over the current, minus the resistor on the
 * board (constants of OpenBCI_GUI). The band is the one line at the drive frequency, so that mains
 * hum and slow drift do not count. Never below 0.
 */
export function impedanceOhm(samplesUv: ArrayLike<number>, rateHz: number): number {
  const { length } = samplesUv;
  let [re, im, sum] = [0, 0, 0];
  for (let i = 0; i < length; i += 1) sum += samplesUv[i] ?? 0;
  const mean = sum / length;
  for (let i = 0; i < length; i += 1) {
    const angle = (2 * Math.PI * DRIVE_HZ * i) / rateHz;
    const value = (samplesUv[i] ?? 0) - mean;
    re += value * Math.cos(angle);
    im += value * Math.sin(angle);
  }
  const amplitudeV = ((2 / length) * Math.hypot(re, im)) / 1e6;
  return Math.max(0, amplitudeV / DRIVE_A - SERIES_OHM);
}
