/** What editors and mail programs append to an unknown file name. */
const APPENDED = /(\.ya?ml)\.(?:txt|text|rtf|docx?|html?|md)$/i;
/**
 * An extension followed by a space, a full stop, a bracket or a number: `a.yaml `, `a.yaml (1)`, `a.yaml1`.
 */
const TRAILING = /(\.ya?ml)(?:[\s.,;_]+|\s*\(\d+\)|\d)$/i;
/** `a,yaml`, `a_yml`. */
const SEPARATED = /[,;:_ -](ya?ml)$/i;
const EXTENSION = /\.([a-z0-9]{2,6})$/i;
/** Swapped, repeated or missing letters of the extension. */
const LETTERS = /^(?=.*y)(?=.*[ml])[yaml]{2,6}$/;
/** One letter replaced by a neighbour on the keyboard. */
const BESIDE = /^(?:[tughj]aml|y[sqwz]ml|ya[nkj]l|yam[kop;]|[tughj]ml|y[nkj]l|ym[kop])$/;

/**
 * The probable intended name of a file whose name is similar to that of a view: `view_a.yaml` for
 * `view_a.yaml.txt` or `view_a.yalm`. Backups, such as `view_a.yaml.bak` and `view_a.yaml~`, are left out on
 * purpose.
 *
 * @param name of a file that is no view
 */
export function nearViewFile(name: string): string | undefined {
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
