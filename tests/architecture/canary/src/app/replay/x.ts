import "../between.ts";
