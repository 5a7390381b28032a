import type { AB } from "../wire/messages.ts";
import { MORE_PAGES_FOR_HOST, PAGE_PROTOCOL, PAGES_FOR_HOST } from "../wire/words.ts";
import type { MagProBody } from "./body.ts";
import { type Effect, inTurn, news, quietly, type Stepped } from "./inputs.ts";
import { factorMaybeChanged } from "./stimulate.ts";
import { tellAmplitude, tellOriginal, tellPage } from "./tell.ts";
import type { Unit } from "./unit.ts";

type Role = Extract<Effect, { readonly kind: "tell" }>["role"];

/** Both the host and a hand set these; only who asked differs. */

const HIGHEST_PCT = 100;

/** Takes effect with the next pulse, in a train too. On the Protocol page it is the original amplitude. */
export function setAmplitude(unit: Unit, body: MagProBody, pct: AB, role: Role): Stepped {
  const amplitudePct = { a: Math.min(HIGHEST_PCT, pct.a), b: Math.min(HIGHEST_PCT, pct.b) };
  const after = { ...body, amplitudePct };
  return inTurn(
    { body: after, effects: [{ kind: "tell", message: tellAmplitude(unit, after), role }] },
    (left) => (left.page === PAGE_PROTOCOL ? news(left, tellOriginal(unit, left)) : quietly(left)),
  );
}

export function isPageForHost({ figures }: Unit, page: number): boolean {
  const all = [...PAGES_FOR_HOST, ...(figures.allPages > 0 ? MORE_PAGES_FOR_HOST : [])];
  return all.includes(page);
}

/** While something runs its page stays (a choice); the message tells which one is shown. */
export function showPage(unit: Unit, body: MagProBody, page: number, role: Role): Stepped {
  const after = body.sequence === null ? { ...body, page } : body;
  return inTurn(
    { body: after, effects: [{ kind: "tell", message: tellPage(unit, after), role }] },
    (left) => factorMaybeChanged(unit, body, left),
  );
}
