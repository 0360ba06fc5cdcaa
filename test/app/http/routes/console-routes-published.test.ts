import { describe, expect, test } from "vitest";
import { createCatalogDivider } from "../../../../src/app/http/routes/console-routes.ts";
import { createCatalog } from "../../../../src/domain/catalog/catalog.ts";
import { verifyPublished } from "../../../../src/domain/release/published-catalog.ts";
import { parseEntity } from "../../../../src/domain/view/entity.ts";

const VIEW =
  '{"ask": {"intents": null, "keywords": ["a"], "synonyms": {"b": "c", "d": null}, "weights": {"keywords": ["1"]}}, ' +
  '"columns": [{"alias": null, "name": "x"}], "description": null, "entity": null, "identifiers": ["x"], ' +
  '"order_by_whitelist": [{"name": "x"}]}';

function catalogOf(json: string) {
  const parsed = parseEntity("view_a");
  if (parsed.kind !== "entity") throw new Error("It must be an entity");
  return createCatalog([[parsed.entity, new TextEncoder().encode(json)]]);
}

describe("C7: a published view with empty fields and other forms", () => {
  test.each([true, false])("C7: verifyPublished() takes it, published by Mosaic: %s", (checked) => {
    const catalog = catalogOf(VIEW);
    const header = {
      kind: "published",
      hash: catalog.hash,
      entities: [...catalog.views.keys()],
      isChecked: checked,
    } as const;
    expect(verifyPublished(header, [...catalog.views.values()])).toMatchObject({
      kind: "verified",
      catalog: { hash: catalog.hash },
    });
  });

  test("C7: createCatalogDivider() searches it by what it has", () => {
    const part = JSON.parse(
      new TextDecoder().decode(createCatalogDivider()(catalogOf(VIEW)).part(0)?.plain().body),
    ) as {
      readonly items: readonly object[];
    };
    expect(part.items).toEqual([
      {
        entity: "view_a",
        description: "",
        identifiers: ["x"],
        columns: ["x"],
        aliases: [],
        words: ["a", "b", "c", "d"],
      },
    ]);
  });
});
