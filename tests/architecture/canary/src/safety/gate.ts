import "../io/x.ts";
