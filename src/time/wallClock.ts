/** Calendar time of this moment, ISO 8601 UTC with milliseconds: for names and records, never for timing. */
export function utcNow(): string {
  return new Date().toISOString();
}
