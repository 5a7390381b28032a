/** What XML forbids (XML 1.0, section 2.2), and halves of characters: no text may keep a page from being read. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The same text with a mark in place of what cannot stand in a page. */
export function printable(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd");
}
