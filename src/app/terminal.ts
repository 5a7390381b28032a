import { readFileSync } from "node:fs";

/** A program in the background that touches its terminal is halted by the system. */
export function isForeground(): boolean {
  try {
    // Fields behind the program's name: state, parent, group, session, terminal, foreground group.
    const stat = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A terminal that does not control this process sends it nothing.
    return terminal === "0" || group === foreground;
  } catch {
    return process.platform !== "linux";
  }
}
