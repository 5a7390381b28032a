import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseProtocolText } from "../../protocols/parse.ts";
import { brokenLinks, fences, page, pages } from "./markdown.ts";

describe("pages", () => {
  it("link to files and headings that exist", () => {
    expect(pages().length).toBeGreaterThan(5);
    expect(pages().flatMap((path) => brokenLinks(path).map((link) => `${path}: ${link}`))).toEqual(
      [],
    );
  });
});

describe("docs/protocol-files.md", () => {
  const blocks = fences(page("docs/protocol-files.md"));

  it("shows whole files that are valid", () => {
    const files = blocks.filter(({ text }) => text.includes("pulsetrain: 1"));
    expect(files.length).toBeGreaterThan(1);
    for (const { text } of files) {
      expect(parseProtocolText(text, "page")).toMatchObject({ ok: true });
    }
  });

  it("shows every kind of pattern, each valid", () => {
    const patterns = blocks.filter(({ info }) => info === "yaml pattern");
    const types = patterns.map(({ text }) => {
      const pattern = parse(text) as { readonly type: string };
      const file = { pulsetrain: 1, id: "x", intensity: { value: 90, base: "%RMT" }, pattern };
      expect(parseProtocolText(JSON.stringify(file), pattern.type)).toMatchObject({ ok: true });
      return pattern.type;
    });
    const schema = page("protocols/protocol.schema.json");
    for (const type of [
      ...["conventional", "single", "iTBS", "cTBS", "QPS", "paired", "custom", "pas"],
      ...["threshold-tracking", "closed-loop-single", "closed-loop-burst"],
    ]) {
      expect(types).toContain(type);
      expect(schema).toContain(`"${type}"`);
    }
  });
});

describe("docs/dependencies.md", () => {
  it("has a line for each dependency and no other", () => {
    const pkg = JSON.parse(page("package.json")) as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
    const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
    const names = kinds.flatMap((kind) => Object.keys(pkg[kind] ?? {}));
    const listed = [...page("docs/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)];
    expect(listed.map(([, name]) => name).sort()).toEqual([...names].sort());
  });
});

describe("docs/adr", () => {
  it("numbers its pages without gaps, and the index lists each", () => {
    const decisions = pages().filter((path) => /^docs\/adr\/\d{4}-/.test(path));
    const numbers = decisions
      .map((path) => Number(/(\d{4})-/.exec(path)?.[1]))
      .sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    const index = page("docs/adr/README.md");
    for (const path of decisions) expect(index).toContain(path.replace("docs/adr/", ""));
  });
});
