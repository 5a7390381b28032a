import "../journal/x.ts";
