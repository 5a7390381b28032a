/** Milliseconds since 1970 UTC of ISO 8601 text; null when it is no instant. */
export function utcMsOf(isoText: string): number | null {
  const utcMs = Date.parse(isoText);
  return Number.isNaN(utcMs) ? null : utcMs;
}
