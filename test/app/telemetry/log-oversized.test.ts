import { expect, test } from "vitest";
import { createOversizedLog } from "../../../src/app/open-redis.ts";
import type { Log } from "../../../src/app/telemetry/log.ts";

test("A19: createOversizedLog() writes a line for each key once, for as long as it stays too large", () => {
  const lines: unknown[][] = [];
  const log = { warn: (...line: unknown[]) => lines.push(line) } as unknown as Log;
  let nowMs = 0;
  const report = createOversizedLog(log, () => nowMs);
  const value = { bytes: 9000, bytesMax: 8192 };
  for (let beat = 0; beat < 1000; beat++) {
    for (const key of ["mosaic:views:a", "mosaic:replicas:id:b"]) report({ key, ...value });
    nowMs += 2000;
  }
  const said = "Value in Redis is too large and counts as absent";
  expect(lines).toEqual([
    [{ key: "mosaic:views:a", bytes: 9000, bytes_max: 8192 }, said],
    [{ key: "mosaic:replicas:id:b", bytes: 9000, bytes_max: 8192 }, said],
  ]);
  nowMs += 600_001;
  report({ key: "mosaic:views:a", ...value });
  expect(lines).toHaveLength(3);
  for (let index = 0; index < 50_000; index++) report({ key: `mosaic:views:${index}`, ...value });
  expect(lines).toHaveLength(23);
  expect(lines.at(-1)).toEqual([
    { keys: 20 },
    "More values in Redis are too large: their keys are not logged",
  ]);
});
