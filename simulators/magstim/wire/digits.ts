/** Zero-padded; a number too wide for its field shows as all nines rather than moving the others. */
export function digits(value: number, width: number): string {
  const text = String(value).padStart(width, "0");
  return text.length > width ? "9".repeat(width) : text;
}

/** The answer to `F`: two windings of one coil, tenths of a degree. */
export function temperatureDigits(celsius: readonly [number, number]): string {
  return celsius.map((one) => digits(Math.round(one * 10), 3)).join("");
}
