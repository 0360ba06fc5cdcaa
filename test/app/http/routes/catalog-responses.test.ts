import { describe, expect, test } from "vitest";
import { createCatalogResponses } from "../../../../src/app/http/routes/catalog-responses.ts";
import { catalogFrom } from "../../../support/publication.ts";

function catalogOf(descriptions: readonly string[]) {
  const views = descriptions.map((description, index) => {
    const view = { columns: ["a"], description, identifiers: ["a"] };
    return [`view_${String(index).padStart(3, "0")}`, view] as const;
  });
  return catalogFrom(Object.fromEntries(views));
}

describe("createCatalogResponses()", () => {
  test("A18: the listing is made once, and is one buffer for all who ask", async () => {
    const pages = createCatalogResponses();
    const catalog = catalogOf(["x"]);
    const asked = await Promise.all([1, 2, 3].map(() => pages(catalog).listing()));
    const later = await pages(catalog).listing();
    expect(new Set([...asked, later].map(({ body }) => body.buffer)).size).toBe(1);
  });

  test.each([
    ["more views than are read in one turn", Array.from({ length: 250 }, (_, index) => `view ${index}`)],
    ["views larger than what is read in one turn", ["ação".repeat(300_000), "x", "é".repeat(1_200_000)]],
  ])("A18: the listing has every view once, of %s", async (_name, descriptions) => {
    const catalog = catalogOf(descriptions);
    const { body, length } = await createCatalogResponses()(catalog).listing();
    const { hash, items } = JSON.parse(new TextDecoder().decode(body));
    expect([hash, length]).toEqual([catalog.hash, String(body.byteLength)]);
    expect(items.map((item: { description: string }) => item.description)).toEqual(descriptions);
  });
});
