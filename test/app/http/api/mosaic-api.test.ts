import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import type { ProblemCode } from "../../../../src/app/http/responses/problem.ts";
import { createMosaicClient, type MosaicClient, type ProblemBody } from "../../../../src/client.ts";

type AnswerOf<Call extends (...args: never[]) => Promise<unknown>, Status> = Extract<
  Awaited<ReturnType<Call>>,
  { readonly status: Status }
>;
type BodyOf<Answer extends { json(): unknown }> = Awaited<ReturnType<Answer["json"]>>;

const client = createMosaicClient("http://127.0.0.1:1");

test("ProblemBody without a code is the body of any problem", () => {
  expectTypeOf<ProblemBody<"catalog_unavailable">>().toExtend<ProblemBody>();
  expectTypeOf<ProblemBody["code"]>().toEqualTypeOf<ProblemCode>();
});

test("MosaicApi types a body by the status of its answer", () => {
  type List = MosaicClient["views"]["$get"];
  expectTypeOf<Awaited<ReturnType<List>>["status"]>().toEqualTypeOf<200 | 304 | 500 | 503>();
  expectTypeOf<BodyOf<AnswerOf<List, 200>>>().toHaveProperty("hash").toBeString();
  expectTypeOf<BodyOf<AnswerOf<List, 503>>>().toEqualTypeOf<ProblemBody<"catalog_unavailable">>();
  type Reload = MosaicClient["admin"]["views"]["reload"]["$post"];
  expectTypeOf<BodyOf<AnswerOf<Reload, 409>>["code"]>().toEqualTypeOf<
    "catalog_foreign" | "catalog_generation_conflict" | "catalog_rollback"
  >();
  expectTypeOf<BodyOf<AnswerOf<Reload, 409>>>().toHaveProperty("reason");
});

test("MosaicApi types what a route takes", () => {
  type Extract = Parameters<MosaicClient["tickers"]["extract"]["$post"]>[0];
  expectTypeOf<{ json: { text: string } }>().toExtend<Extract>();
  expectTypeOf<{ json: { words: string } }>().not.toExtend<Extract>();
  type View = Parameters<MosaicClient["views"][":entity"]["$get"]>[0];
  expectTypeOf<{ param: { entity: string }; header: { "if-none-match": string } }>().toExtend<View>();
  expectTypeOf<{ param: { name: string } }>().not.toExtend<View>();
  type Reload = Parameters<MosaicClient["admin"]["views"]["reload"]["$post"]>[0];
  expectTypeOf<{ query: { force: "true" } }>().toExtend<Reload>();
  expectTypeOf(client).not.toHaveProperty("nowhere");
});

test("createMosaicClient() writes a path as the service reads it", () => {
  const url = client.views[":entity"].columns.$url({ param: { entity: "view_fiis_info" } });
  expect(url.href).toBe("http://127.0.0.1:1/views/view_fiis_info/columns");
});

test("src/client.ts takes nothing but types from the service", async () => {
  const source = await readFile(resolve(import.meta.dirname, "../../../../src/client.ts"), "utf8");
  const lines = source.split("\n").filter((line) => line.includes('from "./'));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^(?:import|export) type /);
});
