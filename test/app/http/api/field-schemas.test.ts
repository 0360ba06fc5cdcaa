import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import {
  entitySchema,
  requestIdSchema,
  tickerTextSchema,
} from "../../../../src/app/http/api/field-schemas.ts";
import { createRequestIds } from "../../../../src/app/http/responses/request-context.ts";
import { normalizeTicker } from "../../../../src/domain/tickers/ticker.ts";
import { parseEntity } from "../../../../src/domain/view/entity.ts";

const name = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}(?:\.[A-Za-z_][A-Za-z0-9_]{0,5})?$/),
  fc.constantFrom("list", "hash", "loaded", "a.list", "a\n", "_".repeat(128), "_".repeat(129)),
);

test("entitySchema takes what parseEntity() takes", () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(v.is(entitySchema, text)).toBe(parseEntity(text).kind === "entity");
    }),
  );
});

test("tickerTextSchema takes what normalizeTicker() looks at, but for nothing at all", () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 70 }));
  fc.assert(
    fc.property(text, (given) => {
      expect(v.is(tickerTextSchema, given)).toBe(given !== "" && normalizeTicker(given) !== undefined);
    }),
  );
});

test("requestIdSchema takes the ids that createRequestIds() keeps and those that it makes", () => {
  const requestId = createRequestIds();
  expect(v.is(requestIdSchema, requestId(undefined))).toBe(true);
  fc.assert(
    fc.property(fc.oneof(name, fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/)), (given) => {
      expect(requestId(given) === given).toBe(v.is(requestIdSchema, given));
    }),
  );
});
