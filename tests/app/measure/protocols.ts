/** Library protocols, made short. */
import type { PairedPattern, Protocol, SinglePattern } from "../../../protocols/types.ts";
import { resolveProtocol } from "../../../src/app/protocolFiles.ts";

/** A library protocol of pairs with other intervals, and so many trials of each and of the test alone. */
export function shortPairs(
  name: string,
  isiMs: readonly (number | string)[],
  trials: number,
): Protocol {
  const { protocol } = resolveProtocol(name);
  const pattern = protocol.pattern as PairedPattern;
  const trialsPerCondition = trials;
  return {
    ...protocol,
    pattern: { ...pattern, isiMs, trialsPerCondition, unconditionedTrials: trials },
  };
}

/** A library protocol of single pulses with fewer of them. */
export function fewPulses(name: string, totalPulses: number): Protocol {
  const { protocol } = resolveProtocol(name);
  const pattern = protocol.pattern as SinglePattern;
  return { ...protocol, pattern: { ...pattern, totalPulses } };
}
