import "../contract/bad.ts";
import "../../tests/x.ts";
import "vitest";
