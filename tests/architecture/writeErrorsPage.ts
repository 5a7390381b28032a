/** Writes docs/errors.md from the one table: `npm run docs:errors`. */
import { writeFileSync } from "node:fs";
import { CODES } from "../../src/errors/codes.ts";

const rows = Object.entries(CODES)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, { meaning, exit, cure }]) => `| \`${code}\` | ${meaning} | ${exit} | ${cure} |`);

const page = `# Error codes

Every error of pulsetrain carries one of these codes; the wording may change, the code does not.
Exit codes: 1 a bug, 2 bad call or file, 3 refused, 4 device, 5 stopped. This page is written from the table in
\`src/errors/codes\` by \`npm run docs:errors\`.

| code | meaning | exit | cure |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
writeFileSync(new URL("../../docs/errors.md", import.meta.url), page);
