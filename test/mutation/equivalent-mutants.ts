/** A mutant that no test can kill, since the program does the same with it. */
export interface EquivalentMutant {
  readonly file: string;
  /** The line that is mutated, without the blanks around it. */
  readonly line: string;
  /** What stands there instead, as the report shows it. */
  readonly replacement: string;
  readonly reason: string;
}

export const EQUIVALENT_MUTANTS: readonly EquivalentMutant[] = [
  {
    file: "src/lib/same-bytes.ts",
    line: "return left === right || Buffer.compare(left, right) === 0;",
    replacement: "false",
    reason: "bytes are equal to themselves; it only takes longer to find out",
  },
  {
    file: "src/domain/catalog/catalog.ts",
    line: "pairs.sort(([left], [right]) => (left < right ? -1 : 1));",
    replacement: "left <= right",
    reason: "two that are equal are refused in the next lines, in whatever order",
  },
  {
    file: "src/domain/circuit-breaker.ts",
    line: 'case "open":',
    replacement: 'case "open":',
    reason: "an open breaker has an epoch of its own, for which no call gets a permit",
  },
  {
    file: "src/domain/circuit-breaker.ts",
    line: 'case "open":',
    replacement: '""',
    reason: "an open breaker has an epoch of its own, for which no call gets a permit",
  },
  {
    file: "src/domain/fleet/announcement.ts",
    line: 'const hash = kind === "catalog-published" ? event.hash : undefined;',
    replacement: "true",
    reason: "announcements of the other kind have no hash, which is undefined too",
  },
  {
    file: "src/domain/fleet/fleet-summary.ts",
    line: "return (lost ?? []).filter(({ since }) => {",
    replacement: '["Stryker was here"]',
    reason: "a text has no time, so it counts neither as lost nor as late",
  },
  {
    file: "src/domain/fleet/fleet-summary.ts",
    line: "const known = (before ?? []).filter(",
    replacement: '["Stryker was here"]',
    reason: "a text has no time, so it counts neither as lost nor as late",
  },
  {
    file: "src/domain/json/parse-json.ts",
    line: "skipMatch(cursor, PLAIN_CHARACTERS);",
    replacement: ";",
    reason: "the slow way through a text with escapes gives the same, only later",
  },
  {
    file: "src/domain/json/parse-json.ts",
    line: "const plain = cursor.text.charAt(cursor.at) === '\"';",
    replacement: "false",
    reason: "the slow way through a text with escapes gives the same, only later",
  },
  {
    file: "src/domain/json/parse-json.ts",
    line: "if (close < 0) throw createTextError(cursor, UNTERMINATED, start);",
    replacement: "close <= 0",
    reason: "a closing quote is never the first character: one that opens comes before it",
  },
  {
    file: "src/domain/json/parse-json.ts",
    line: "} catch {",
    replacement: "{}",
    reason: "a function that comes to its end gives undefined too",
  },
  {
    file: "src/domain/json/parse-json.ts",
    line: "} catch (error) {",
    replacement: "{}",
    reason: "a function that comes to its end gives undefined too",
  },
  {
    file: "src/domain/signing/parse-keyring.ts",
    line: "const parsed = v.safeParse(keyringSchema, value, { abortEarly: true });",
    replacement: "{}",
    reason: "the first issue is the one that is told, whether others are looked for or not",
  },
  {
    file: "src/domain/signing/parse-keyring.ts",
    line: "const parsed = v.safeParse(keyringSchema, value, { abortEarly: true });",
    replacement: "false",
    reason: "the first issue is the one that is told, whether others are looked for or not",
  },
  {
    file: "src/domain/release/published-catalog.ts",
    line: "if (strange !== undefined && RESERVED_ENTITIES.has(strange)) return noList;",
    replacement: "true",
    reason: "undefined is not a reserved name",
  },
  {
    file: "src/domain/release/published-catalog.ts",
    line: "if (value === undefined || findStoredViewError(entity, value) !== undefined) return false;",
    replacement: "false",
    reason: "what is not JSON is no JSON object either, so that it has an error",
  },
  {
    file: "src/domain/release/published-digests.ts",
    line: "for (const [entity, digest] of digests) pages[pageNumberOf(entity, count)]?.set(entity, digest);",
    replacement: "pages[pageNumberOf(entity, count)].set",
    reason: "each view is on one of the pages that were made",
  },
  {
    file: "src/domain/release/published-digests.ts",
    line: "return [...index.keys()].filter((number) => !isSameCount || own.pages[number]?.digest !== index[number]);",
    replacement: "own.pages[number].digest",
    reason: "an index of as many pages names none that is missing",
  },
  {
    file: "src/domain/release/published-digests.ts",
    line: 'const verification = verifyPublished({ kind: "published", hash, entities, isChecked: true }, stored, trust);',
    replacement: '""',
    reason: "the kind is for other functions: this one takes no other header",
  },
  {
    file: "src/domain/release/published-digests.ts",
    line: 'return verification.kind === "verified" ? verification.catalog : undefined;',
    replacement: "true",
    reason: "what is rejected has no catalog, which is undefined too",
  },
  {
    file: "src/domain/signing/sign-catalog.ts",
    line: 'const checked = checkManifest(present, { mode: trusted.length === 0 ? "sha256" : "hmac", keys: trusted });',
    replacement: '""',
    reason: "whatever is neither none nor sha256 asks for a signature",
  },
  {
    file: "src/domain/signing/sign-catalog.ts",
    line: 'if (checked.kind === "checked" && checked.signatureCount > 0 && signers.length === 0) {',
    replacement: "true",
    reason: "what is not checked has no count of signatures, which is then not above 0",
  },
  {
    file: "src/domain/signing/sign-catalog.ts",
    line: 'const before = checked.kind === "checked" ? checked.signed : undefined;',
    replacement: "true",
    reason: "what is not checked has nothing signed, which is undefined too",
  },
  {
    file: "src/app/http/middleware/admin-token.ts",
    line: "let isLimited = false;",
    replacement: "true",
    reason: "the first wrong tokens are within the limit, and set it to false",
  },
  {
    file: "src/domain/signing/signing-key.ts",
    line: "if (!SECRET_PATTERN.test(secret) || (keyid !== undefined && !isKeyid(keyid))) return undefined;",
    replacement: "true",
    reason: "the text that a pattern makes of undefined is a good name",
  },
  {
    file: "src/domain/release/published-catalog.ts",
    line: 'const hash = parseCatalogHash(readStoredText(values.hash) ?? "");',
    replacement: '"Stryker was here!"',
    reason: "whatever is no hash is refused alike",
  },
  {
    file: "src/domain/signing/parse-manifest.ts",
    line: "const parsed = v.safeParse(manifestSchema, value, { abortEarly: true });",
    replacement: "{}",
    reason: "the first issue is the one that is told, whether others are looked for or not",
  },
  {
    file: "src/domain/signing/parse-manifest.ts",
    line: "const parsed = v.safeParse(manifestSchema, value, { abortEarly: true });",
    replacement: "false",
    reason: "the first issue is the one that is told, whether others are looked for or not",
  },
  {
    file: "src/domain/release/plan.ts",
    line: 'return manifest.kind === "unverifiable" || (manifest.kind === "signed" && manifest.generation > generation);',
    replacement: "true",
    reason: "an absent manifest has no generation, and nothing is greater than none",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "const stats = statFile(realPath, { shouldFollow: false });",
    replacement: "{}",
    reason:
      "the walk resolves a folder in the same turn: only another process can put a link there in between",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "const stats = statFile(realPath, { shouldFollow: false });",
    replacement: "true",
    reason:
      "the walk resolves a folder in the same turn: only another process can put a link there in between",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "onListedFile(file) {",
    replacement: "{}",
    reason: "a file that is not taken here is resolved and read as the target of a link, which takes longer",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "if (file.path === MANIFEST_FILE) return false;",
    replacement: "true",
    reason: "a file that is not taken here is resolved and read as the target of a link, which takes longer",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: 'const isValid = deletedFolders.length === 0 && !diagnostics.some(({ severity }) => severity === "error");',
    replacement: "true",
    reason: "the folder that contained the deleted one has another identity at the end",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "return readFileInto(buffer, realPath, { isSingleCall: true });",
    replacement: "{}",
    reason: "a second call finds the end of a file that the first one has read",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "return readFileInto(buffer, realPath, { isSingleCall: true });",
    replacement: "false",
    reason: "a second call finds the end of a file that the first one has read",
  },
  {
    file: "src/adapters/filesystem/digest-folder.ts",
    line: "} catch {",
    replacement: "{}",
    reason: "a function that comes to its end returns undefined too",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: "const entries = [...publication.entries.filter((entry) => entry.ttlSeconds === undefined), ...own];",
    replacement: "publication.entries",
    reason: "an entry with a TTL of its own is written twice, the second time with that TTL",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: "const entries = [...publication.entries.filter((entry) => entry.ttlSeconds === undefined), ...own];",
    replacement: "true",
    reason: "an entry with a TTL of its own is written twice, the second time with that TTL",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: 'if (value === undefined) return ["0", ""];',
    replacement: '"Stryker was here!"',
    reason: "the script reads no value after the mark of an absent one",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: 'if (value.byteLength <= FULLY_COMPARED_BYTES_MAX) return ["1", value];',
    replacement: "true",
    reason: "a value and its SHA-1 give the same answer; only the bytes that are sent differ",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: 'if (value.byteLength <= FULLY_COMPARED_BYTES_MAX) return ["1", value];',
    replacement: "false",
    reason: "a value and its SHA-1 give the same answer; only the bytes that are sent differ",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: 'if (value.byteLength <= FULLY_COMPARED_BYTES_MAX) return ["1", value];',
    replacement: "value.byteLength < FULLY_COMPARED_BYTES_MAX",
    reason: "a value and its SHA-1 give the same answer; only the bytes that are sent differ",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: 'if (value.byteLength <= FULLY_COMPARED_BYTES_MAX) return ["1", value];',
    replacement: "value.byteLength > FULLY_COMPARED_BYTES_MAX",
    reason: "a value and its SHA-1 give the same answer; only the bytes that are sent differ",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: 'if (value.byteLength <= FULLY_COMPARED_BYTES_MAX) return ["1", value];',
    replacement: '""',
    reason: "each mark but those of an absent value and of a SHA-1 stands for the value",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: "group !== undefined && (group.prefix.length - shared) * group.names.length <= shared + BYTES_PER_GROUP;",
    replacement: "(group.prefix.length - shared) * group.names.length < shared + BYTES_PER_GROUP",
    reason: "with as many bytes either way, a key may join the group or begin a new one",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: "while (length < left.length && left[length] === right[length]) length += 1;",
    replacement: "true",
    reason: "no two keys of a publication are equal, so that they differ before both end",
  },
  {
    file: "src/adapters/redis/publish-script.ts",
    line: "while (length < left.length && left[length] === right[length]) length += 1;",
    replacement: "length <= left.length",
    reason: "no two keys of a publication are equal, so that they differ before both end",
  },
  {
    file: "src/domain/tickers/ticker.ts",
    line: "const INVISIBLE_OR_SPACE = /[\\s\\p{Cf}\\p{Default_Ignorable_Code_Point}]+/gu;",
    replacement: "/[\\s\\p{Cf}\\p{Default_Ignorable_Code_Point}]/gu",
    reason: "all of them are removed, one after the other or in runs",
  },
  {
    file: "src/domain/tickers/ticker-query.ts",
    line: 'const statements = bare.replace(/;\\s*$/, "");',
    replacement: '"Stryker was here!"',
    reason: "what stands after the first word matters only if it has a semicolon",
  },
  {
    file: "src/domain/tickers/ticker-query.ts",
    line: 'part.startsWith("-") || part.startsWith("/") ? " " : "\'\'",',
    replacement: 'part.endsWith("/")',
    reason: "a comment that begins with a slash ends with one, and a quoted text does neither",
  },
  {
    file: "src/domain/tickers/ticker-set.ts",
    line: 'return known.has(written) ? (written as Ticker) : known.findByForm(normalizeTicker(text) ?? "");',
    replacement: '"Stryker was here!"',
    reason: "texts that are too long for a normal form have been refused before",
  },
  {
    file: "src/domain/tickers/ticker-set.ts",
    line: "return rest.length === 0",
    replacement: "false",
    reason: "sorting a sorted list again gives the same, only later",
  },
  {
    file: "src/domain/tickers/ticker-set.ts",
    line: "if (!ticker.startsWith(code)) break;",
    replacement: "false",
    reason: "the tickers after the code's own are looked at too, but not taken",
  },
];
