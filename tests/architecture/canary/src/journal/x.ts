import "../engine/x.ts";
import "../safety/receipts.ts";
