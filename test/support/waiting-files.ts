import { statSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Their tests wait for seconds or minutes, and hardly need the processor. */
const WAITING = [
  "service/fleet",
  "service/service-lifecycle",
  "service/telemetry-outage",
  "service/release/silent-damage",
  "service/release/foreign-at-start",
  "service/release/foreign-publications",
  "service/release/forged-state",
  "service/release/python-publisher",
  "service/release/reloads-outlast",
].map((name) => `/test/${name}.test.ts`);

/** Spreads the files that wait over the run: if several run at the same time, too few others keep the processors busy. */
export class WaitingFilesApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return spread(await super.sort(files), {
      isSpread: ({ moduleId }) => WAITING.some((name) => moduleId.endsWith(name)),
      // The size of a file says enough about the time that it takes.
      weightOf: ({ moduleId }) => statSync(moduleId).size,
    });
  }
}

/** Puts the items that are spread between the others, at equal distances by weight, the first one in front. The others keep their order. */
export function spread<Item>(
  items: readonly Item[],
  { isSpread, weightOf }: { isSpread(item: Item): boolean; weightOf(item: Item): number },
): Item[] {
  const others = items.filter((item) => !isSpread(item));
  const waiting = items.filter(isSpread);
  const distance = others.reduce((sum, item) => sum + weightOf(item), 0) / waiting.length;
  const ordered: Item[] = [];
  let [passed, placed] = [0, 0];
  for (const item of others) {
    if (placed < waiting.length && passed >= placed * distance)
      ordered.push(...waiting.slice(placed, ++placed));
    ordered.push(item);
    passed += weightOf(item);
  }
  return [...ordered, ...waiting.slice(placed)];
}
