import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { startService } from "../support/service-process.ts";

const README = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");
const REQUESTS = [
  ...README.matchAll(/^\$ curl http:\/\/127\.0\.0\.1:8000(\S+)(?: -d '([^']*)')?\n(.+)$/gm),
].map(([, path = "", body, answer = ""]) => ({ path, body, answer }));

/** Whether a text is the one that is shown, where `…` stands for what is left out. */
function isShown(text: string, shown: string): boolean {
  const parts = shown.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

describe.each(RUNTIMES)("README.md on $name", (runtime) => {
  test("shows what the service answers", async () => {
    expect(REQUESTS).toHaveLength(6);
    await using service = await startService({ runtime });
    await service.waitForLog(said("Catalog published"));
    for (const { path, body, answer } of REQUESTS) {
      const options = body === undefined ? {} : { method: "POST", body };
      const { text } = await sendRequest(service.url, path, options);
      expect([path, isShown(text, answer) ? answer : text]).toEqual([path, answer]);
    }
  });
});

test("isShown() leaves out what an ellipsis stands for, and nothing else", () => {
  expect(isShown('{"a":1,"b":2}', '{"a":1,…}')).toBe(true);
  expect(isShown('{"a":1,"b":2}', '{"a":1,…')).toBe(true);
  expect(isShown('{"a":1,"b":2}', '{"a":2,…}')).toBe(false);
  expect(isShown('{"a":1,"b":2}', '{"a":1,')).toBe(false);
});
