/** How hard the person contracts at an instant: as told, and by chance. Parts of the maximum. */
import { betweenAt, type DrawKey } from "../draws.ts";
import { ACTIVITY } from "../figures/muscle.ts";
import { chanceEvents } from "../series/chanceEvents.ts";

/** An order to contract; the effort approaches `part` from where it was. */
interface Order {
  readonly atMs: number;
  readonly part: number;
  readonly from: number;
}

/** Activity that comes and goes without an order. */
export interface Twitch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly part: number;
}

/** Less is nothing. */
const NOTHING = 1e-4;
/** Twitches rise and fall within. */
const EDGE_MS = 20;

export interface Effort {
  contract(atMs: number, part: number): void;
  voluntaryAt(tMs: number): number;
  /** Whether there is any voluntary effort in a span. */
  isActive(span: readonly [number, number]): boolean;
  twitches(span: readonly [number, number]): readonly Twitch[];
  /** Orders that no sample after this needs are forgotten. */
  forgetBefore(tMs: number): void;
}

export function createEffort(key: DrawKey): Effort {
  let orders: readonly Order[] = [];

  const levelOf = ({ atMs, part, from }: Order, tMs: number): number =>
    part + (from - part) * Math.exp(-(tMs - atMs) / ACTIVITY.settleMs);

  const voluntaryAt = (tMs: number): number => {
    for (let i = orders.length - 1; i >= 0; i -= 1) {
      const order = orders[i];
      if (order === undefined || order.atMs > tMs) continue;
      const level = levelOf(order, tMs);
      return level < NOTHING ? 0 : level;
    }
    return 0;
  };

  return {
    contract(atMs, part) {
      const from = voluntaryAt(atMs);
      orders = [...orders.filter((order) => order.atMs <= atMs), { atMs, part, from }];
    },
    voluntaryAt,
    isActive([fromMs, toMs]) {
      // Between two orders the effort only rises or only falls, so that its ends are its extremes.
      const within = orders.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
      return (
        voluntaryAt(fromMs) > 0 ||
        voluntaryAt(toMs) > 0 ||
        within.some(({ part, from }) => part > 0 || from > 0)
      );
    },
    twitches(span) {
      const { involuntaryRate, involuntaryMs, involuntaryPart } = ACTIVITY;
      const shape = { perSecond: involuntaryRate, lastsMs: involuntaryMs };
      return chanceEvents(key, shape, span).map(({ number, fromMs, toMs }) => ({
        fromMs,
        toMs,
        part: betweenAt(key ^ 1, number, involuntaryPart),
      }));
    },
    forgetBefore(tMs) {
      const current = orders.findLastIndex(({ atMs }) => atMs <= tMs);
      if (current > 0) orders = orders.slice(current);
    },
  };
}

/** Strongest of the twitches at an instant. */
export function twitchAt(twitches: readonly Twitch[], tMs: number): number {
  let strongest = 0;
  for (const { fromMs, toMs, part } of twitches) {
    if (tMs <= fromMs || tMs >= toMs) continue;
    strongest = Math.max(
      strongest,
      part * Math.min(1, (tMs - fromMs) / EDGE_MS, (toMs - tMs) / EDGE_MS),
    );
  }
  return strongest;
}
