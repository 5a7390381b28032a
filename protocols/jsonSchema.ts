import { z } from "zod";
import { protocolSchema } from "./schema.ts";

/** Text of `protocol.schema.json`: lets an editor check and complete a protocol file. */
export function protocolJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(protocolSchema, { io: "input" });
  const title = "pulsetrain protocol file";
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}
