import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import type { Result } from "../contract/result.ts";

/** What is wrong in a file that a person wrote, and where. Lines and columns count from 1. */
export interface TextProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Path of the field, `stimulator.mains`; empty for the whole file. */
  readonly field: string;
  readonly expected: string;
}

type Path = readonly (string | number)[];

/**
 * Reads YAML 1.2 (JSON is a part of it) and checks it against a schema. Every problem is
 * collected, not only the first.
 */
export function checkText<T>(
  text: string,
  file: string,
  schema: z.ZodType<T>,
): Result<T, readonly TextProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      file,
      ...at(error.pos[0]),
      field: "",
      expected: `valid YAML: ${error.message.split("\n")[0] ?? error.message}`,
    }));
    return { ok: false, error: problems };
  }
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return { ok: true, value: checked.data };

  const problems = checked.error.issues.flatMap((issue) => {
    const path = issue.path as Path;
    if (issue.code !== "unrecognized_keys") {
      return [
        { file, ...at(offsetOf(document, path)), field: path.join("."), expected: issue.message },
      ];
    }
    return issue.keys.map((key) => ({
      file,
      ...at(offsetOf(document, [...path, key])),
      field: [...path, key].join("."),
      expected: "no field of this name",
    }));
  });
  return { ok: false, error: problems };
}

/** What is wrong with a field of a file that its schema let through. */
export function problemAt(text: string, file: string, path: Path, expected: string): TextProblem {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const { line, col } = lines.linePos(offsetOf(document, path));
  return { file, line, column: col, field: path.join("."), expected };
}

/** Where a field stands, or the nearest thing around it that does. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path[length - 1];
    const parent =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => String(item.key) === String(key));
      const range = (pair?.key as { range?: readonly [number, number, number] } | undefined)?.range;
      if (range !== undefined) return range[0];
    }
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: readonly [number, number, number] }
      | undefined;
    if (node?.range !== undefined) return node.range[0];
  }
  return 0;
}

/** `rig.yaml:3:14 stimulator.mains: expected 240 or 115`, one line a problem. */
export function problemLines(problems: readonly TextProblem[]): string {
  return problems
    .map(
      ({ file, line, column, field, expected }) =>
        `${file}:${line}:${column} ${field === "" ? "" : `${field}: `}${expected}`,
    )
    .join("\n  ");
}
