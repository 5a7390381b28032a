import "../base/x.ts";
