import type { LocalizedText } from "../../../lib/language.ts";
import {
  KEY_NOT_TEXT_TEXTS,
  MERGE_NOT_OBJECT_TEXTS,
  type MessageAndHint,
  UNKNOWN_ANCHOR_MESSAGE,
  WRITE_VALUE_HINT,
} from "../syntax/common-words.ts";
import type { RefusalCode } from "./reader-node.ts";

const QUOTE_HINT: LocalizedText = { en: "quote the text", pt: "ponha o texto entre aspas" };

/** The message and the hint for each refusal. The message follows the words "cannot read this file:". */
export const PARSE_REFUSAL_MESSAGES: Readonly<Record<RefusalCode, MessageAndHint>> = {
  "alias-unknown": {
    message: UNKNOWN_ANCHOR_MESSAGE,
    hint: WRITE_VALUE_HINT,
  },
  "anchor-name": {
    message: {
      en: "an anchor name may have only letters from A to Z, digits, _ and -",
      pt: "o nome de uma âncora só pode ter letras de A a Z, dígitos, _ e -",
    },
    hint: { en: "rename the anchor and its aliases", pt: "renomeie a âncora e seus alias" },
  },
  "anchor-repeated": {
    message: { en: "the anchor is defined a second time", pt: "a âncora é definida pela segunda vez" },
    hint: {
      en: "give the second anchor a name of its own",
      pt: "dê à segunda âncora um nome próprio",
    },
  },
  "block-form": {
    message: {
      en: "the line does not belong to the list or object above it",
      pt: "a linha não pertence à lista ou ao objeto acima dela",
    },
    hint: {
      en: "align it with the lines of the same list or object, or quote the text",
      pt: "alinhe-a com as linhas da mesma lista ou do mesmo objeto, ou ponha o texto entre aspas",
    },
  },
  "block-header": {
    message: {
      en: "only + or -, a digit from 1 to 9 and a comment may follow | or > on its line",
      pt: "depois de | ou >, só podem vir na linha + ou -, um dígito de 1 a 9 e um comentário",
    },
    hint: { en: "remove the other text from the line", pt: "remova da linha o outro texto" },
  },
  directive: {
    message: {
      en: "the line that begins with % is an unknown directive",
      pt: "a linha que começa com % é uma diretiva desconhecida",
    },
    hint: { en: "remove the line", pt: "remova a linha" },
  },
  document: {
    message: { en: "a second document begins here", pt: "um segundo documento começa aqui" },
    hint: { en: "put each view into a file of its own", pt: "ponha cada view em um arquivo próprio" },
  },
  escape: {
    message: {
      en: "unknown escape in double quotes",
      pt: "sequência de escape desconhecida entre aspas duplas",
    },
    hint: {
      en: "write the character itself, or use single quotes",
      pt: "escreva o próprio caractere, ou use aspas simples",
    },
  },
  "flow-form": {
    message: {
      en: "the list or object in brackets needs a comma or the closing bracket here",
      pt: "a lista ou o objeto entre colchetes precisa aqui de uma vírgula ou do colchete final",
    },
    hint: QUOTE_HINT,
  },
  "key-colon": {
    message: {
      en: "the text is where a key is required, but no colon follows it on the same line",
      pt: "o texto está onde deve haver uma chave, mas não há dois-pontos depois dele na mesma linha",
    },
    hint: {
      en: 'quote the text, or write it as "key: value"',
      pt: 'ponha o texto entre aspas, ou escreva como "chave: valor"',
    },
  },
  "key-unhashable": KEY_NOT_TEXT_TEXTS,
  "merge-value": MERGE_NOT_OBJECT_TEXTS,
  place: {
    message: {
      en: "a key, a value or a list item is not allowed here",
      pt: "uma chave, um valor ou um item de lista não é permitido aqui",
    },
    hint: {
      en: "write it on a line of its own, or quote the text",
      pt: "escreva em uma linha própria, ou ponha o texto entre aspas",
    },
  },
  quotes: {
    message: { en: "the text in quotes has no end", pt: "o texto entre aspas não tem fim" },
    hint: { en: "add the closing quote where the text ends", pt: "acrescente as aspas onde o texto termina" },
  },
  recursion: {
    message: { en: "a value contains an alias of itself", pt: "um valor contém um alias de si mesmo" },
    hint: WRITE_VALUE_HINT,
  },
  tab: {
    message: {
      en: "there is a tab where only spaces are allowed",
      pt: "há um tab onde só pode haver espaços",
    },
    hint: { en: "replace the tab with spaces", pt: "troque o tab por espaços" },
  },
  tag: {
    message: {
      en: "it does not know the tag, or the tag does not fit its value",
      pt: "ele não conhece a tag, ou a tag não combina com o valor",
    },
    hint: { en: "remove the tag", pt: "remova a tag" },
  },
  "token-start": {
    message: {
      en: "text without quotes cannot begin with this character",
      pt: "um texto sem aspas não pode começar com este caractere",
    },
    hint: QUOTE_HINT,
  },
};
