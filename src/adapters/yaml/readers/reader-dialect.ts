/**
 * The differences between the scanners of YAML readers. Each scanner is derived from PyYAML's: libyaml (Ruby, PHP, R)
 * is a port to C, go-yaml a port of libyaml, and SnakeYAML a port to Java.
 */
export interface ReaderDialect {
  /** The reader, as messages name it. */
  readonly name: string;
  /** Tabs between tokens: PyYAML and SnakeYAML refuse them; libyaml accepts a tab where no key can begin. */
  readonly tabs: "no-key" | "refused";
  /** The effect of a repeated anchor. */
  readonly repeatedAnchor: "first-wins" | "refused" | "replaces";
  /** The letters that are allowed in the names of anchors. */
  readonly anchorLetters: "any" | "ascii";
  /** The escapes of a surrogate pair, `"\ud83d\ude00"`: PyYAML keeps two halves, SnakeYAML joins them. */
  readonly surrogateEscapes: "joined" | "kept" | "refused";
  /** The letters of the escapes of YAML 1.2 that the reader does not know. */
  readonly unknownEscapes: string;
  /** The effect of a byte order mark after the start of the file. */
  readonly innerMark: "refused" | "text";
  /** The effect of a colon directly before a comma or a closing bracket, as in `{a:}`. */
  readonly colonAtEnd: "refused" | "separator" | "text";
  /** The effect of a line `%YAML 1.2`. */
  readonly version12: "accepted" | "refused";
}

export const PYYAML: ReaderDialect = {
  name: "PyYAML",
  tabs: "refused",
  repeatedAnchor: "refused",
  anchorLetters: "ascii",
  surrogateEscapes: "kept",
  unknownEscapes: "",
  innerMark: "text",
  colonAtEnd: "separator",
  version12: "accepted",
};
