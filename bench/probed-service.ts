import { appendFileSync } from "node:fs";
import process from "node:process";

/** Shorter turns are not noted: noting them would be most of the work. */
const NOTED_MS = 5;

/** A service that notes each long turn of its event loop in a file: when it ended, and its milliseconds. */
const file = process.env.BENCH_TURNS ?? "";
let last = performance.now();
const timer = setInterval(() => {
  const now = performance.now();
  if (now - last > NOTED_MS) appendFileSync(file, `${Date.now()} ${now - last}\n`);
  last = now;
}, 1);
timer.unref();
await import("../src/app/main.ts");
