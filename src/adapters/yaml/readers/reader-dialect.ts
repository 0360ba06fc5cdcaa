/**
 * How the scanners of the other YAML readers differ. All descend from PyYAML: libyaml (Ruby, PHP, R) and
 * go-yaml through a port to C, SnakeYAML through one to Java.
 */
export interface ReaderDialect {
  /** The reader, as messages name it. */
  readonly name: string;
  /** Tabs between tokens: PyYAML and SnakeYAML refuse them, libyaml accepts one where no key can begin. */
  readonly tabs: "no-key" | "refused";
  /** A repeated anchor. */
  readonly repeatedAnchor: "first-wins" | "refused" | "replaces";
  /** Non-ASCII letters in anchors. */
  readonly anchorLetters: "any" | "ascii";
  /** `"\ud83d\ude00"`: PyYAML keeps the two halves, SnakeYAML joins them. */
  readonly surrogateEscapes: "joined" | "kept" | "refused";
  /** Escapes of YAML 1.2 that the reader does not know. */
  readonly unknownEscapes: string;
  /** A byte order mark after the start of the file. */
  readonly innerMark: "refused" | "text";
  /** `{a:}`: a colon right before a comma or a closing bracket. */
  readonly colonAtEnd: "refused" | "separator" | "text";
  /** A `%YAML 1.2` line. */
  readonly version12: "refused" | "taken";
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
  version12: "taken",
};
