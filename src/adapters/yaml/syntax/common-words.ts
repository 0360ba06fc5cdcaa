import type { LocalizedText } from "../../../lib/language.ts";

/** A diagnostic's message and hint. */
export interface Words {
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

/** The message for a tag that YAML does not define, or that does not fit its value. */
export function tagUnknown(shown: string) {
  const message = {
    en: `the tag ${shown} is unknown, or does not fit its value`,
    pt: `a tag ${shown} é desconhecida, ou não combina com o valor`,
  };
  const hint = {
    en: "remove the tag and write a plain value",
    pt: "remova a tag e escreva um valor simples",
  };
  return { code: "tag-unknown", message, hint } as const;
}

/** The hint for a view that exceeds a limit. */
export const SPLIT_HINT: LocalizedText = { en: "split it into several views", pt: "divida em várias views" };

/** The hint for a value that nests too deep. */
export const FLATTER_HINT: LocalizedText = { en: "make it flatter", pt: "reduza os níveis" };

export const WRITE_OUT: LocalizedText = {
  en: "write out what is meant",
  pt: "escreva por extenso o que quer dizer",
};

export const NO_ANCHOR: LocalizedText = {
  en: "the alias refers to no anchor before it",
  pt: "o alias não se refere a nenhuma âncora antes dele",
};

export const NO_TEXT_KEY: Words = {
  message: { en: "a list or an object is used as a key", pt: "uma lista ou um objeto é usado como chave" },
  hint: { en: "use text", pt: "use texto" },
};

export const NO_MERGED_OBJECT: Words = {
  message: {
    en: 'the merge key "<<" has no object to merge',
    pt: 'a chave de mesclagem "<<" não tem objeto para mesclar',
  },
  hint: {
    en: 'refer to an anchored object, or quote "<<"',
    pt: 'refira-se a um objeto com âncora, ou ponha "<<" entre aspas',
  },
};

/** @param shown a value in quotes */
export function quoteIfText(shown: string): LocalizedText {
  return { en: `quote it if it is text: ${shown}`, pt: `ponha entre aspas, se é texto: ${shown}` };
}

/** @param shown a value in quotes */
export function quoteOrAgree(shown: string): LocalizedText {
  const { en, pt } = quoteIfText(shown);
  return {
    en: `${en}, or write it so that all readers agree`,
    pt: `${pt}, ou escreva de modo que todos os leitores concordem`,
  };
}

/** The message about a reader that refuses the whole file. */
export function refusedBy(name: string, reason: LocalizedText): LocalizedText {
  return {
    en: `${name} cannot read this file: ${reason.en}`,
    pt: `${name} não consegue ler este arquivo: ${reason.pt}`,
  };
}
