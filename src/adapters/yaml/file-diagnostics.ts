import { type Diagnostic, toTranslatedTexts } from "../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../lib/language.ts";

/** A file of a catalog: the source's name, and the path inside it. */
interface Place {
  readonly name: string;
  readonly path: string;
}

export function linkOutside(place: Place): Diagnostic {
  const message = { en: "the link leads out of the catalog's folder", pt: "o link sai da pasta do catálogo" };
  return diagnostic(place, {
    code: "link-outside",
    message,
    hint: { en: "copy the file into the folder", pt: "copie o arquivo para a pasta" },
  });
}

export function linkBroken(place: Place): Diagnostic {
  const message = { en: "the link leads nowhere", pt: "o link não leva a nada" };
  const hint = {
    en: "remove the link, or restore the file that it names",
    pt: "remova o link, ou restaure o arquivo a que ele leva",
  };
  return diagnostic(place, { code: "file-type", message, hint });
}

export function neitherFileNorFolder(place: Place): Diagnostic {
  const message = { en: "this is neither a file nor a folder", pt: "isto não é arquivo nem pasta" };
  return diagnostic(place, {
    code: "file-type",
    message,
    hint: { en: "replace it with a regular file", pt: "substitua por um arquivo comum" },
  });
}

export function manifestIsNoFile(place: Place): Diagnostic {
  const message = { en: "the manifest is not a file", pt: "o manifesto não é um arquivo" };
  return diagnostic(place, {
    code: "file-type",
    message,
    hint: { en: "remove it, and sign the catalog again", pt: "remova-o, e assine o catálogo de novo" },
  });
}

export function manifestTooLarge(place: Place, bytesMax: number): Diagnostic {
  const message = {
    en: `the manifest is larger than ${bytesMax} bytes`,
    pt: `o manifesto tem mais de ${bytesMax} bytes`,
  };
  return diagnostic(place, {
    code: "file-size",
    message,
    hint: { en: "sign the catalog again", pt: "assine o catálogo de novo" },
  });
}

/** @param meant the probable intended name of the file */
export function fileMisnamed(place: Place, meant: string): Diagnostic {
  const message = {
    en: "this file is not read: its name does not end in .yaml or .yml",
    pt: "este arquivo não é lido: seu nome não termina em .yaml nem em .yml",
  };
  const name = JSON.stringify(meant);
  const hint = { en: `rename it to ${name} if it is a view`, pt: `renomeie para ${name}, se é uma view` };
  return { ...diagnostic(place, { code: "file-name", message, hint }), severity: "warning" };
}

interface Words extends Pick<Diagnostic, "code"> {
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

function diagnostic({ name, path }: Place, { code, ...words }: Words): Diagnostic {
  return {
    severity: "error",
    code,
    ...toTranslatedTexts(words),
    file: `${name}/${path}`,
    line: 1,
    column: 1,
    pointer: "",
  };
}
