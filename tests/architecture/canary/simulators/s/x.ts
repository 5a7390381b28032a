import "../../drivers/d/x.ts";
