import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

export function page(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Every Markdown file that is or will be part of the repository. */
export function pages(): readonly string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(ROOT, path)));
}

/** A fenced block with what stands behind its fence, and the comment in the line before it. */
export interface Fence {
  readonly info: string;
  readonly mark: string | null;
  readonly text: string;
}

export function fences(text: string): readonly Fence[] {
  const found = text.matchAll(/(?:^<!-- (.*) -->\n)?^```([^\n]*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, mark, info, body]) => ({
    info: info?.trim() ?? "",
    mark: mark ?? null,
    text: body ?? "",
  }));
}

/** Heading as the anchor that links use. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Links of a page that lead to no file or no heading. */
export function brokenLinks(path: string): readonly string[] {
  const text = page(path).replace(/^```[\s\S]*?^```$/gm, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  return targets.filter((target) => {
    if (/^(https?|mailto):/.test(target)) return false;
    const [file = "", anchor] = target.split("#");
    const other = file === "" ? path : join(dirname(path), file);
    if (!existsSync(join(ROOT, other))) return true;
    if (anchor === undefined) return false;
    const headings = [...page(other).matchAll(/^#+ (.*)$/gm)].map(([, words]) => words ?? "");
    return !headings.map(anchorOf).includes(anchor);
  });
}
