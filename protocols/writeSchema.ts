import { writeFileSync } from "node:fs";
import { protocolJsonSchema } from "./jsonSchema.ts";

/* `npm run schema`: writes `protocol.schema.json` anew from the schema. */
writeFileSync(new URL("./protocol.schema.json", import.meta.url), protocolJsonSchema());
