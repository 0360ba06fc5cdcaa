import type { LocalizedText } from "../../../lib/language.ts";

export interface MessageAndHint {
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

export function describeUnknownTag(shown: string) {
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

export const SPLIT_HINT: LocalizedText = { en: "split it into several views", pt: "divida em várias views" };

export const FLATTER_HINT: LocalizedText = { en: "use fewer levels", pt: "use menos níveis" };

export const WRITE_VALUE_HINT: LocalizedText = {
  en: "write the value itself instead of the alias",
  pt: "escreva o próprio valor em vez do alias",
};

export const UNKNOWN_ANCHOR_MESSAGE: LocalizedText = {
  en: "there is no anchor with this name before the alias",
  pt: "não há âncora com este nome antes do alias",
};

export const RECURSIVE_ALIAS_TEXTS: MessageAndHint = {
  message: {
    en: "the alias refers to a value that contains the alias itself",
    pt: "o alias se refere a um valor que contém o próprio alias",
  },
  hint: WRITE_VALUE_HINT,
};

export const KEY_NOT_TEXT_TEXTS: MessageAndHint = {
  message: { en: "a list or an object is used as a key", pt: "uma lista ou um objeto é usado como chave" },
  hint: { en: "use text as the key", pt: "use texto como chave" },
};

export const MERGE_NOT_OBJECT_TEXTS: MessageAndHint = {
  message: {
    en: 'the merge key "<<" has no object to merge',
    pt: 'a chave de mesclagem "<<" não tem objeto para mesclar',
  },
  hint: {
    en: 'write an alias of an object after "<<", or quote "<<"',
    pt: 'escreva depois de "<<" um alias de um objeto, ou ponha "<<" entre aspas',
  },
};

/** The hint to put a scalar in quotes. @param shown the scalar in quotes */
export function createQuoteHint(shown: string): LocalizedText {
  return { en: `quote it if it is text: ${shown}`, pt: `ponha entre aspas, se é texto: ${shown}` };
}

/** The hint for a scalar that readers read differently. @param shown the scalar in quotes */
export function createQuoteOrRewriteHint(shown: string): LocalizedText {
  const { en, pt } = createQuoteHint(shown);
  return {
    en: `${en}, or write it so that all readers read the same value`,
    pt: `${pt}, ou escreva de modo que todos os leitores leiam o mesmo valor`,
  };
}

export function describeSpaces(count: number): LocalizedText {
  return count === 1 ? { en: "1 space", pt: "1 espaço" } : { en: `${count} spaces`, pt: `${count} espaços` };
}

export function describeRefusedFile(name: string, reason: LocalizedText): LocalizedText {
  return {
    en: `${name} cannot read this file: ${reason.en}`,
    pt: `${name} não consegue ler este arquivo: ${reason.pt}`,
  };
}
