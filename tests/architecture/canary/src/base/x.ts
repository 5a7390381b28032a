import "../safety/gate.ts";
