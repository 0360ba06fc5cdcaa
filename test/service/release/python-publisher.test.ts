import { expect, test } from "vitest";
import { publishBesideFleet } from "../../support/python-beside-fleet.ts";

const PUBLICATIONS = 2;

test(`none of ${PUBLICATIONS} publications from Python, key by key, is lost while three replicas run and one more starts`, {
  timeout: 180_000,
}, async () => {
  const losses: (string | undefined)[] = [];
  for await (const { loss } of publishBesideFleet(PUBLICATIONS)) losses.push(loss);
  expect(losses).toEqual(Array(PUBLICATIONS).fill(undefined));
});
