import type { Diagnostic } from "../../domain/view/diagnostic.ts";

/** A file of a catalog: the source's name, and the path inside it. */
interface Place {
  readonly name: string;
  readonly path: string;
}

export function linkOutside(place: Place): Diagnostic {
  const message = "the link leads out of the catalog's folder";
  return diagnostic(place, { code: "link-outside", message, hint: "copy the file into the folder" });
}

export function linkBroken(place: Place): Diagnostic {
  const message = "the link leads nowhere";
  const hint = "remove the link, or restore the file that it names";
  return diagnostic(place, { code: "file-type", message, hint });
}

export function neitherFileNorFolder(place: Place): Diagnostic {
  const message = "this is neither a file nor a folder";
  return diagnostic(place, { code: "file-type", message, hint: "replace it with a regular file" });
}

export function manifestIsNoFile(place: Place): Diagnostic {
  const message = "the manifest is not a file";
  return diagnostic(place, { code: "file-type", message, hint: "remove it, and sign the catalog again" });
}

export function manifestTooLarge(place: Place, bytesMax: number): Diagnostic {
  const message = `the manifest is larger than ${bytesMax} bytes`;
  return diagnostic(place, { code: "file-size", message, hint: "sign the catalog again" });
}

/** @param meant the probable intended name of the file */
export function fileMisnamed(place: Place, meant: string): Diagnostic {
  const message = "this file is not read: its name does not end in .yaml or .yml";
  const hint = `rename it to ${JSON.stringify(meant)} if it is a view`;
  return { ...diagnostic(place, { code: "file-name", message, hint }), severity: "warning" };
}

function diagnostic({ name, path }: Place, said: Pick<Diagnostic, "code" | "hint" | "message">): Diagnostic {
  return { severity: "error", ...said, file: `${name}/${path}`, line: 1, column: 1, pointer: "" };
}
