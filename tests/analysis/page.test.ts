import { describe, expect, it } from "vitest";
import { MEASURES } from "../../src/analysis/mep/measures.ts";
import { THRESHOLD_METHODS } from "../../src/analysis/threshold/methods.ts";
import { page } from "../docs/markdown.ts";

describe("docs/measures.md", () => {
  it("lists every method and measure that exists, with its version", () => {
    const listed = [...page("docs/measures.md").matchAll(/^\| `([a-z0-9-]+)` \| (\d+) \|/gm)];
    const there = [...Object.values(THRESHOLD_METHODS), ...Object.values(MEASURES)];
    expect(listed.map(([, name, version]) => `${name} ${version}`).sort()).toEqual(
      there.map(({ name, version }) => `${name} ${version}`).sort(),
    );
  });
});
