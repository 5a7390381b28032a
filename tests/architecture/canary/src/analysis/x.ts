import "node:fs";
import "../engine/x.ts";
import "../journal/x.ts";
