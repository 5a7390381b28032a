import "../io/serialPort.ts";
