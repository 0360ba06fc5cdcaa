/** Extensions that editors and mail programs append to an unknown file name. */
const APPENDED = /(\.ya?ml)\.(?:txt|text|rtf|docx?|html?|md)$/i;
/** Characters after the extension, as in `a.yaml `, `a.yaml (1)` and `a.yaml1`. */
const TRAILING = /(\.ya?ml)(?:[\s.,;_]+|\s*\(\d+\)|\d)$/i;
/** Another character instead of the full stop, as in `a,yaml` and `a_yml`. */
const SEPARATED = /[,;:_ -](ya?ml)$/i;
const EXTENSION = /\.([a-z0-9]{2,6})$/i;
/** An extension with swapped, repeated or missing letters. */
const LETTERS = /^(?=.*y)(?=.*[ml])[yaml]{2,6}$/;
/** An extension with one letter replaced by a neighbour on the keyboard. */
const BESIDE = /^(?:[tughj]aml|y[sqwz]ml|ya[nkj]l|yam[kop;]|[tughj]ml|y[nkj]l|ym[kop])$/;

/**
 * Finds the view file name that the author probably meant: `view_a.yaml` for `view_a.yaml.txt` or `view_a.yalm`.
 * Returns undefined for other names, and for backups, such as `view_a.yaml.bak` and `view_a.yaml~`.
 *
 * @param name the name of a file that is not a view file
 */
export function findMeantViewFile(name: string): string | undefined {
  const plain = name.normalize("NFKC");
  for (const pattern of [APPENDED, TRAILING]) {
    if (pattern.test(plain)) return plain.replace(pattern, (_, extension: string) => extension.toLowerCase());
  }
  if (SEPARATED.test(plain))
    return plain.replace(SEPARATED, (_, extension: string) => `.${extension.toLowerCase()}`);
  const extension = EXTENSION.exec(plain)?.[1]?.toLowerCase();
  if (extension === undefined || !(LETTERS.test(extension) || BESIDE.test(extension))) return undefined;
  return plain.replace(EXTENSION, extension.includes("a") || extension.length > 3 ? ".yaml" : ".yml");
}
