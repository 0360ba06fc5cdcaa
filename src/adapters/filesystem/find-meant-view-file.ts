/** Extensions that editors and mail programs append to a file name with an unknown extension. */
const APPENDED_EXTENSION = /(\.ya?ml)\.(?:txt|text|rtf|docx?|html?|md)$/i;
/** Characters after the extension, as in `a.yaml `, `a.yaml (1)` and `a.yaml1`. */
const TRAILING_CHARACTERS = /(\.ya?ml)(?:[\s.,;_]+|\s*\(\d+\)|\d)$/i;
/** A wrong character before the extension, as in `a,yaml` and `a_yml`. */
const WRONG_EXTENSION_SEPARATOR = /[,;:_ -](ya?ml)$/i;
const ANY_EXTENSION = /\.([a-z0-9]{2,6})$/i;
/** An extension with swapped, repeated or missing letters. */
const MIXED_EXTENSION_LETTERS = /^(?=.*y)(?=.*[ml])[yaml]{2,6}$/;
/** An extension with one letter replaced by a neighbour on the keyboard. */
const MISTYPED_EXTENSION = /^(?:[tughj]aml|y[sqwz]ml|ya[nkj]l|yam[kop;]|[tughj]ml|y[nkj]l|ym[kop])$/;

/**
 * Finds the view file name that the author probably meant: `view_a.yaml` for `view_a.yaml.txt` or `view_a.yalm`.
 * Returns undefined for other names, and for backups, such as `view_a.yaml.bak` and `view_a.yaml~`.
 *
 * @param name the name of a file that is not a view file
 */
export function suggestViewFileName(name: string): string | undefined {
  const plain = name.normalize("NFKC");
  for (const pattern of [APPENDED_EXTENSION, TRAILING_CHARACTERS]) {
    if (pattern.test(plain)) return plain.replace(pattern, (_, extension: string) => extension.toLowerCase());
  }
  if (WRONG_EXTENSION_SEPARATOR.test(plain))
    return plain.replace(WRONG_EXTENSION_SEPARATOR, (_, extension: string) => `.${extension.toLowerCase()}`);
  const extension = ANY_EXTENSION.exec(plain)?.[1]?.toLowerCase();
  if (
    extension === undefined ||
    !(MIXED_EXTENSION_LETTERS.test(extension) || MISTYPED_EXTENSION.test(extension))
  )
    return undefined;
  return plain.replace(ANY_EXTENSION, extension.includes("a") || extension.length > 3 ? ".yaml" : ".yml");
}
