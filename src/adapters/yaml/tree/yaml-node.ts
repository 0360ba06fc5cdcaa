/** A value of a parsed YAML document with its offset; both parsers give the same nodes. */
export type YamlNode = YamlAlias | YamlList | YamlMap | YamlScalar;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly offset: number;
  /** The offset after a plain scalar; undefined for a quoted or block scalar. */
  readonly plainEnd: number | undefined;
  /** Its content, folded and without quotes, before it is read as a number or a word. */
  readonly text: string;
  readonly value: null | boolean | string | bigint | number;
  readonly isTagged: boolean;
  /** True for a `<<` that merges. */
  readonly isMergeKey: boolean;
}

export interface YamlMap {
  readonly kind: "map";
  readonly offset: number;
  readonly pairs: readonly YamlPair[];
}

export interface YamlPair {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

export interface YamlList {
  readonly kind: "list";
  readonly offset: number;
  readonly items: readonly (YamlNode | null)[];
}

export interface YamlAlias {
  readonly kind: "alias";
  readonly offset: number;
  /** The last node before it that has its anchor. */
  readonly target: YamlNode | undefined;
  /** Whether it lies inside its own target: every cycle has one that does. */
  readonly isInTarget: boolean;
}

/** The anchors of the document up to here. */
export interface AnchorTable {
  readonly nodes: Map<string, YamlNode>;
  /** Anchored lists and maps whose end is still to come. */
  readonly open: Set<YamlNode>;
}

export function createAnchorTable(): AnchorTable {
  return { nodes: new Map(), open: new Set() };
}

/** The alias of an anchor, at this offset of the document. */
export function aliasOf({ nodes, open }: AnchorTable, name: string, offset: number): YamlAlias {
  const target = nodes.get(name);
  return { kind: "alias", offset, target, isInTarget: target !== undefined && open.has(target) };
}
