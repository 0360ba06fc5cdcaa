import type { Catalog } from "../../domain/catalog/catalog.ts";
import { type ColumnDiff, diffColumns } from "../../domain/catalog/value-diff.ts";
import { DatabaseError, type DatabaseSchemaPort } from "../../ports/database-port.ts";

export type DatabaseDiff =
  | { readonly kind: "compared"; readonly views: readonly ColumnDiff[] }
  | { readonly kind: "failed"; readonly error: DatabaseError };

/** Compares the columns of every view with those in the database. */
export async function diffDatabase(catalog: Catalog, schema: DatabaseSchemaPort): Promise<DatabaseDiff> {
  try {
    const columns = await schema.columns([...catalog.views.keys()]);
    return { kind: "compared", views: diffColumns(catalog, columns) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: "failed", error };
  }
}

/**
 * Makes a function that compares a catalog with the database; calls during a comparison of the same catalog
 * share its result.
 */
export function createSharedDiff(schema: DatabaseSchemaPort): (catalog: Catalog) => Promise<DatabaseDiff> {
  let running: { readonly catalog: Catalog; readonly diff: Promise<DatabaseDiff> } | undefined;
  return (catalog) => {
    if (running?.catalog === catalog) return running.diff;
    const begun = { catalog, diff: diffDatabase(catalog, schema) };
    running = begun;
    const end = (): void => {
      if (running === begun) running = undefined;
    };
    begun.diff.then(end, end);
    return begun.diff;
  };
}
