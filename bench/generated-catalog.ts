import { type Catalog, createCatalog } from "../src/domain/catalog/catalog.ts";
import { canonicalText } from "../src/domain/json/canonical-json.ts";
import type { JsonObject } from "../src/domain/json/json-value.ts";
import { type Entity, parseEntity } from "../src/domain/view/entity.ts";

const WORDS =
  "cotação rendimento provento dividendo vacância imóvel gestão índice preço variação cota último mês".split(
    " ",
  );

/** A catalog of views that look like real ones: about 3 KB of canonical JSON each, the same at every call. */
export function generateCatalog(viewCount: number): Catalog {
  const encoder = new TextEncoder();
  return createCatalog(
    Array.from({ length: viewCount }, (_, index) => {
      const entity = entityOf(index);
      return [entity, encoder.encode(canonicalText(generateView(entity, index)))] as const;
    }),
  );
}

function entityOf(index: number): Entity {
  const parsed = parseEntity(`view_generated_${String(index).padStart(6, "0")}`);
  if (parsed.kind !== "entity") throw new RangeError(`Cannot name view ${index}`);
  return parsed.entity;
}

function generateView(entity: string, index: number): JsonObject {
  const word = (offset: number): string => WORDS[(index * 7 + offset * 3) % WORDS.length] as string;
  const columns = Array.from({ length: 20 }, (_, column) => ({
    name: `column_${column}`,
    alias: `${word(column)} ${column}`,
    description: `${word(column)} de ${word(column + 1)}, em reais, na data da ${word(column + 2)} (${index})`,
  }));
  return {
    entity,
    description: `Uma linha por fundo e dia: ${word(1)}, ${word(2)} e ${word(3)}`,
    identifiers: ["column_0"],
    default_date_field: "column_1",
    order_by_whitelist: ["column_0", "column_1"],
    columns,
    ask: {
      intents: [word(4), word(5)],
      keywords: [word(6), word(7), word(8)],
      synonyms: { [word(9)]: [word(10), word(11)], [word(12)]: [word(13)] },
      latest_words: ["último", "mais recente"],
      weights: { keywords: 1 + (index % 10) / 4, synonyms: 2 },
      top_k: BigInt(1 + (index % 9)),
    },
  };
}
