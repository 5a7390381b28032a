import type { Refusal } from "../safety/types.ts";

/** Words of a refusal that ends a run: whoever shows them finds the citation by the rule's id. */
export function refusalDetail({ rule, detail }: Pick<Refusal, "rule" | "detail">): string {
  return rule === null ? detail : `${rule} ${detail}`;
}
