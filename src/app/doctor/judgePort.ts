/** What the facts about a port mean for a session on it. Pure. */
import { dialOutTwin } from "../../io/portAddress.ts";
import { type Check, failure, fine, warning } from "./check.ts";
import type { GroupFacts, PortFacts } from "./portFacts.ts";

/** FTDI adapters keep answers back this long before anybody changes it, ms; 1 is the least. */
const LATENCY_TO_MEND_MS = 2;
export const RULES_FILE = "docs/links/60-pulsetrain.rules";

export function judgePort(facts: PortFacts, platform: NodeJS.Platform): readonly Check[] {
  return [
    ...dialIn(facts, platform),
    ...permissions(facts),
    ...heldBy(facts),
    ...latencyTimer(facts.latencyTimerMs),
  ];
}

function dialIn({ entry: { path } }: PortFacts, platform: NodeJS.Platform): readonly Check[] {
  if (platform !== "darwin" || !path.startsWith("/dev/tty.")) return [];
  return [
    warning(
      "name",
      "this twin of the port waits for a carrier",
      `name ${dialOutTwin(path)} instead`,
    ),
  ];
}

function permissions({ access, group }: PortFacts): readonly Check[] {
  switch (access) {
    case null:
      return [];
    case "yes":
      return [
        fine(
          "permission",
          group === null ? "may be opened" : `may be opened (group ${group.name})`,
        ),
      ];
    case "missing":
      return [failure("permission", "there is no such port", "check the cable and the path")];
    case "denied":
      return [failure("permission", deniedWords(group), permissionCure(group))];
  }
}

function deniedWords(group: GroupFacts | null): string {
  return group === null ? "may not be opened by this user" : `belongs to the group ${group.name}`;
}

/** People who do not know this make the port writable for everybody, until the next plug. */
export function permissionCure(group: GroupFacts | null): string {
  if (group?.member === "after login")
    return `this user is in the group ${group.name} since the last login: log out and in again`;
  const name = group === null || group.name === "root" ? "dialout" : group.name;
  return `sudo usermod -aG ${name} $USER, then log out and in again; or install ${RULES_FILE}`;
}

function heldBy({ holders }: PortFacts): readonly Check[] {
  if (holders.length === 0) return [];
  return [
    warning("in use", `held open by ${holders.join(", ")}`, "close that program before a session"),
  ];
}

export function latencyTimer(latencyMs: number | null): readonly Check[] {
  if (latencyMs === null) return [];
  const words = `latency timer ${latencyMs} ms`;
  if (latencyMs <= LATENCY_TO_MEND_MS) return [fine("latency", words)];
  return [
    warning(
      "latency",
      `${words}: the adapter keeps every answer back that long`,
      `pulsetrain asks for less while it has the port open; install ${RULES_FILE} where that is refused`,
    ),
  ];
}
