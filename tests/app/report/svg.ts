/** A strict look at SVG and HTML text: everything that is opened is closed, and no number was none. */

/** Elements of HTML that have no end. */
const VOID = new Set(["meta", "br"]);

/** Names of the elements in order; throws where the text is not well-formed. */
export function elementsOf(text: string): readonly string[] {
  const open: string[] = [];
  const names: string[] = [];
  const body = text.replace(/^<!doctype html>\n/, "").replace(/<style>[\s\S]*?<\/style>/g, "");
  for (const [whole, close, name = "", attributes = "", empty] of body.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>|<|(?<!["\w])>/g,
  )) {
    if (name === "") throw new Error(`a stray ${whole}`);
    if (close === "/") {
      const last = open.pop();
      if (last !== name || attributes !== "") throw new Error(`</${name}> closes ${last}`);
      continue;
    }
    names.push(name);
    if (empty !== "/" && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`open at the end: ${open.join(", ")}`);
  return names;
}

/** Names of all attributes. */
export function attributesOf(text: string): ReadonlySet<string> {
  const tags = text.replace(/<style>[\s\S]*?<\/style>/g, "").match(/<[a-zA-Z][^<>]*>/g) ?? [];
  return new Set(
    tags.flatMap((tag) => [...tag.matchAll(/\s([\w:-]+)="[^"]*"/g)].map(([, name]) => name ?? "")),
  );
}

/** What a person reads in it, entities resolved. */
export function wordsOf(text: string): string {
  return text
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, "\n")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(
      /&(lt|gt|amp|quot);/g,
      (_, name: string) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[name] ?? "",
    )
    .replace(/\n+/g, "\n");
}
