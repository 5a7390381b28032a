import { CODES, type ErrorCode } from "../errors/codes.ts";

const RULE_ID = /\b[A-Z]{3}-\d{2}\b/g;
/** Exit code of a refusal. */
const REFUSED = 3;

/**
 * What a person reads of a coded error: code and detail, what the code means and what to do about
 * it; of a refusal also the citation of every rule that the detail names without one.
 */
export async function errorWords(code: ErrorCode, detail: string): Promise<string> {
  const { meaning, cure, exit } = CODES[code];
  const citations = exit === REFUSED ? await citationsOf(detail) : [];
  return [`${code}: ${detail}`, ...citations, `${meaning}; cure: ${cure}`].join("\n  ");
}

async function citationsOf(detail: string): Promise<readonly string[]> {
  // Loaded here, since most calls end without a refusal.
  const { RULES } = await import("../safety/rules.ts");
  const named = new Set(detail.match(RULE_ID));
  return RULES.filter(({ id, source }) => named.has(id) && !detail.includes(source)).map(
    ({ id, what, source }) => `${id}: ${what} [${source}]`,
  );
}
