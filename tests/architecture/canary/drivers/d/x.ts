import "../../src/io/serialPort.ts";
