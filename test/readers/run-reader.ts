import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Reading } from "./reading.ts";

/** A program that reads YAML documents, one after the other. */
export interface RunningReader extends AsyncDisposable {
  read(document: string): Promise<Reading>;
}

/** Starts a program of `programs/`: a JSON string a line in, a reading a line out. */
export function startReader(command: string, args: readonly string[]): RunningReader {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const waiting: ((line: Reading) => void)[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8");
  // A reader that has ended takes no more: each waiting call hears of it when its streams are closed.
  child.stdin.on("error", () => {});
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-2_000);
  });
  // Not by node:readline, which ends a line at U+2028 too.
  child.stdout.on("data", (chunk: string) => {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) waiting.shift()?.(JSON.parse(line) as Reading);
  });
  let isOpen = true;
  const ended = once(child, "close").then(() => {
    isOpen = false;
    for (const resolve of waiting.splice(0)) resolve(["error", `${command} has ended: ${errors}`]);
  });
  return {
    read: (document) =>
      new Promise((resolve) => {
        if (!isOpen) return resolve(["error", `${command} has ended: ${errors}`]);
        waiting.push(resolve);
        child.stdin.write(`${Buffer.from(document).toString("base64")}\n`);
      }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
