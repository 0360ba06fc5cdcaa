import { type Composition, composeNode, expectToken, isNextToken } from "./compose-nodes.ts";
import { createEmptyScalar, type ReaderNode, ReaderRefusal, type Refusal } from "./reader-node.ts";
import { createTokenScanner } from "./scan-tokens.ts";

/** A document as PyYAML composes it, or why PyYAML refuses the file. `node` is undefined for an empty file. */
export type ReaderDocument =
  | {
      readonly kind: "read";
      readonly node: ReaderNode | undefined;
      readonly anchors: ReadonlyMap<string, ReaderNode>;
    }
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] };

/** Composes the nodes of a document as PyYAML would. */
export function composeDocument(source: string): ReaderDocument {
  const composition: Composition = {
    scanner: createTokenScanner(source),
    anchors: new Map(),
    open: new Set(),
    handles: new Map(DEFAULT_HANDLES),
    refusals: [],
    depth: 0,
  };
  try {
    const node = composeRoot(composition);
    const refusals = [...composition.scanner.refusals, ...composition.refusals];
    return refusals.length > 0
      ? { kind: "refused", refusals }
      : { kind: "read", node, anchors: composition.anchors };
  } catch (error) {
    if (!(error instanceof ReaderRefusal)) throw error;
    const earlier = [...composition.scanner.refusals, ...composition.refusals];
    // A refusal that ends the scan may only be a consequence of earlier ones.
    return { kind: "refused", refusals: earlier.length > 0 ? earlier : [error.refusal] };
  }
}

const DEFAULT_HANDLES = [
  ["!", "!"],
  ["!!", "tag:yaml.org,2002:"],
] as const;

function composeRoot(composition: Composition): ReaderNode | undefined {
  const { scanner } = composition;
  if (isNextToken(composition, "stream-end")) return undefined;
  const isExplicit = isNextToken(composition, "directive", "document-start");
  if (isExplicit) {
    readDirectives(composition);
    expectToken(composition, "document-start", "directive");
  }
  const isEmpty =
    isExplicit && isNextToken(composition, "directive", "document-start", "document-end", "stream-end");
  const node = isEmpty ? createEmptyScalar(scanner.peek().offset) : composeNode(composition, "block");
  while (isNextToken(composition, "document-end")) scanner.readToken();
  if (!isNextToken(composition, "stream-end"))
    throw new ReaderRefusal("document", scanner.peek().offset, node.offset);
  return node;
}

function readDirectives(composition: Composition): void {
  const { scanner, handles } = composition;
  let hasVersion = false;
  const seenHandles = new Set<string>();
  while (isNextToken(composition, "directive")) {
    const token = scanner.readToken();
    if (token.kind !== "directive") return;
    const { directive, offset } = token;
    if (directive.kind === "version") {
      if (hasVersion) throw new ReaderRefusal("directive", offset);
      hasVersion = true;
    } else if (directive.kind === "tag") {
      if (seenHandles.has(directive.handle)) throw new ReaderRefusal("directive", offset);
      seenHandles.add(directive.handle);
      handles.set(directive.handle, directive.prefix);
    }
  }
}
