import { utcMsOf } from "../time/calendar.ts";

/** Time from one instant of the calendar to another, ms; NaN when one of them is no instant. */
export function sinceMs(fromIso: string | null, toIso: string): number {
  const from = fromIso === null ? null : utcMsOf(fromIso);
  const to = utcMsOf(toIso);
  return from === null || to === null ? Number.NaN : to - from;
}
