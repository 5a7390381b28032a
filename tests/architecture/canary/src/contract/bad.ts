import "../errors/x.ts";
