import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { MessageAndHint } from "./syntax/common-words.ts";
import { createDiagnosticMaker } from "./syntax/position.ts";

interface FileLocation {
  /** The name of the catalog source in messages. */
  readonly name: string;
  readonly path: string;
}

export function describeOutsideLink(file: FileLocation): Diagnostic {
  const message = { en: "the link leads out of the catalog's folder", pt: "o link sai da pasta do catálogo" };
  return createDiagnostic(file, {
    code: "link-outside",
    message,
    hint: { en: "copy the file into the folder", pt: "copie o arquivo para a pasta" },
  });
}

export function describeBrokenLink(file: FileLocation): Diagnostic {
  const message = {
    en: "the link leads to a file that does not exist",
    pt: "o link leva a um arquivo que não existe",
  };
  const hint = {
    en: "remove the link, or restore the file that it names",
    pt: "remova o link, ou restaure o arquivo que ele indica",
  };
  return createDiagnostic(file, { code: "file-type", message, hint });
}

export function describeSpecialFile(file: FileLocation): Diagnostic {
  const message = { en: "this is neither a file nor a folder", pt: "isto não é arquivo nem pasta" };
  return createDiagnostic(file, {
    code: "file-type",
    message,
    hint: { en: "replace it with a regular file", pt: "substitua por um arquivo comum" },
  });
}

export function describeManifestNotFile(file: FileLocation): Diagnostic {
  const message = { en: "the manifest is not a file", pt: "o manifesto não é um arquivo" };
  return createDiagnostic(file, {
    code: "file-type",
    message,
    hint: { en: "remove it, and sign the catalog again", pt: "remova-o, e assine o catálogo de novo" },
  });
}

export function describeManifestTooLarge(file: FileLocation, bytesMax: number): Diagnostic {
  const message = {
    en: `the manifest is larger than ${bytesMax} bytes`,
    pt: `o manifesto tem mais de ${bytesMax} bytes`,
  };
  return createDiagnostic(file, {
    code: "file-size",
    message,
    hint: { en: "sign the catalog again", pt: "assine o catálogo de novo" },
  });
}

/** @param meant the name that the author probably intended */
export function describeMisnamedFile(file: FileLocation, meant: string): Diagnostic {
  const message = {
    en: "this file is not read: its name does not end in .yaml or .yml",
    pt: "este arquivo não é lido: seu nome não termina em .yaml nem em .yml",
  };
  const name = JSON.stringify(meant);
  const hint = { en: `rename it to ${name} if it is a view`, pt: `renomeie para ${name}, se é uma view` };
  return { ...createDiagnostic(file, { code: "file-name", message, hint }), severity: "warning" };
}

function createDiagnostic(
  { name, path }: FileLocation,
  diagnostic: Pick<Diagnostic, "code"> & MessageAndHint,
): Diagnostic {
  return createDiagnosticMaker(`${name}/${path}`).atStart(diagnostic);
}
