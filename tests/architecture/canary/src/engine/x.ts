import "../app/x.ts";
import "../../drivers/d/x.ts";
