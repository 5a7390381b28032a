import "../src/time/x.ts";
