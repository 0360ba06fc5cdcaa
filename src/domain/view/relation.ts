/** A column of a table or view in a database. */
export interface RelationColumn {
  readonly name: string;
  /** The type as the database writes it, such as `character varying(12)`; empty for a column without a type. */
  readonly type: string;
  readonly comment?: string | undefined;
}

/** A table or view of a database, with the information from which a view of a catalog is drafted. */
export interface Relation {
  readonly kind: "table" | "view";
  readonly comment?: string | undefined;
  /** In the database's order; at least one. */
  readonly columns: readonly RelationColumn[];
  /**
   * The columns of the primary key, or else of a unique index, in the order of the key; empty without such a key or
   * index.
   */
  readonly key: readonly string[];
}
