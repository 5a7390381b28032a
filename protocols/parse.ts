import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { err, ok, type Result } from "../src/base/result.ts";
import {
  type FieldProblem,
  type FileProblem,
  fieldName,
  fieldProblems,
  inWords,
} from "./problems.ts";
import { protocolSchema } from "./schema.ts";
import type { Protocol } from "./types.ts";

/**
 * Reads a protocol file, YAML 1.2 or JSON (which YAML contains). All problems are given at once,
 * each with its line, column, field, what was expected and what stands there.
 */
export function parseProtocolText(
  text: string,
  fileName: string,
): Result<Protocol, readonly FileProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.2",
    stringKeys: true,
  });
  const at = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const syntax = [...document.errors, ...document.warnings].map((fault) => ({
    file: fileName,
    ...at(fault.pos[0]),
    field: "",
    expected: syntaxAdvice(fault.code, text.charAt(fault.pos[0])),
    got: fault.message,
  }));
  if (syntax.length > 0) return err(syntax);

  let data: unknown;
  try {
    data = document.toJS();
  } catch (error) {
    // Aliases that multiply or contain themselves.
    const got = error instanceof Error ? error.message : String(error);
    return err([
      { file: fileName, ...at(0), field: "", expected: "plain values without aliases", got },
    ]);
  }
  const read = protocolSchema.safeParse(data);
  if (read.success) return ok(read.data);
  return err(
    fieldProblems(read.error.issues)
      .map((problem) => ({
        file: fileName,
        ...at(offsetOf(document, problem)),
        field: fieldName(problem.path),
        expected: problem.expected,
        got: problem.atKey
          ? `the key ${String(problem.path.at(-1))}`
          : inWords(valueAt(data, problem.path)),
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

function syntaxAdvice(code: string, character: string): string {
  // A base such as %RMT is the one thing in these files that YAML reserves.
  if (code === "BAD_SCALAR_START" && character === "%")
    return 'quotes around text that starts with %, as in "%RMT"';
  if (code === "DUPLICATE_KEY") return "each key once";
  if (code === "TAG_RESOLVE_FAILED") return "plain values without tags";
  return "YAML 1.2 or JSON";
}

/** Offset of the value a problem is about, of its key, or of the nearest map around a missing one. */
function offsetOf(document: Document, problem: FieldProblem): number {
  for (let depth = problem.path.length; depth >= 0; depth--) {
    const path = problem.path.slice(0, depth);
    if (problem.atKey && depth === problem.path.length) {
      const key = keyNode(document, path);
      if (key !== null) return start(key);
      continue;
    }
    const node = depth === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node)) return start(node);
  }
  return 0;
}

function keyNode(document: Document, path: readonly PropertyKey[]): Node | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return null;
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1));
  return pair !== undefined && isNode(pair.key) ? pair.key : null;
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = data;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}
