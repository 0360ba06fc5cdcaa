import type { DiagnosticCode } from "../../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../../lib/language.ts";

export interface DiagnosticRule {
  readonly level: "error" | "warning";
  readonly rule: LocalizedText;
  readonly help: LocalizedText;
}

const errorRule = (rule: LocalizedText, help: LocalizedText): DiagnosticRule => ({
  level: "error",
  rule,
  help,
});
const warningRule = (rule: LocalizedText, help: LocalizedText): DiagnosticRule => ({
  level: "warning",
  rule,
  help,
});

/** The rules of all codes, for SARIF and the manual. */
export const DIAGNOSTIC_RULES: Readonly<Record<DiagnosticCode, DiagnosticRule>> = {
  "alias-excess": errorRule(
    {
      en: "Aliases must not expand a view beyond its limit.",
      pt: "Os alias não devem expandir uma view além do limite.",
    },
    {
      en: "Write the values out where an alias repeats a large part of the file.",
      pt: "Escreva os valores por extenso onde um alias repete grande parte do arquivo.",
    },
  ),
  "catalog-size": errorRule(
    { en: "A catalog has a bounded size.", pt: "Um catálogo tem tamanho limitado." },
    {
      en: "Make the largest files smaller, or serve some of the views by another service with its own VIEWS_DIR.",
      pt: "Reduza os maiores arquivos, ou sirva parte das views com outro serviço, que tenha seu próprio VIEWS_DIR.",
    },
  ),
  "column-repeated": warningRule(
    { en: "A view lists each of its columns once.", pt: "Uma view cita cada uma de suas colunas uma vez." },
    { en: "Remove one of the two columns.", pt: "Remova uma das duas colunas." },
  ),
  "column-unknown": warningRule(
    {
      en: "A reference to a column names a column of the view.",
      pt: "Uma referência a uma coluna cita uma coluna da view.",
    },
    {
      en: "Write the name as it is below columns, or add the column.",
      pt: "Escreva o nome como está abaixo de columns, ou acrescente a coluna.",
    },
  ),
  "duplicate-entity": errorRule(
    { en: "An entity is defined by one file.", pt: "Uma entidade é definida por um só arquivo." },
    {
      en: "Rename one of the files, or give one of the views another entity.",
      pt: "Renomeie um dos arquivos, ou dê a uma das views outra entidade.",
    },
  ),
  "duplicate-key": errorRule(
    { en: "The keys of an object are unique.", pt: "As chaves de um objeto são únicas." },
    {
      en: "Remove or rename one of the two keys: readers differ on which one counts.",
      pt: "Remova ou renomeie uma das duas chaves: leitores divergem sobre qual delas vale.",
    },
  ),
  "entity-malformed": errorRule(
    {
      en: "An entity is a view's name, with a schema or without.",
      pt: "Uma entidade é o nome de uma view, com ou sem esquema.",
    },
    {
      en: "Use letters, digits and _, with no digit first, or schema.name.",
      pt: "Use letras, dígitos e _, sem dígito no início, ou schema.nome.",
    },
  ),
  "entity-reserved": errorRule(
    {
      en: "An entity must not be a reserved name of the cache keys.",
      pt: "Uma entidade não deve ser um nome reservado das chaves do cache.",
    },
    {
      en: "Use another name than list, hash and loaded, such as view_list.",
      pt: "Use outro nome que list, hash e loaded, como view_list.",
    },
  ),
  "entity-too-long": errorRule(
    { en: "An entity has a bounded length.", pt: "Uma entidade tem comprimento limitado." },
    { en: "Use at most 128 characters.", pt: "Use no máximo 128 caracteres." },
  ),
  "field-empty": warningRule(
    {
      en: "An optional field has a value, or is left out.",
      pt: "Um campo opcional tem um valor, ou é omitido.",
    },
    {
      en: "Remove the field, or give it a value; indent fields that belong to it below it. The catalog contains null for an empty field.",
      pt: "Remova o campo, ou dê a ele um valor; recue abaixo dele os campos que lhe pertencem. O catálogo contém null para um campo vazio.",
    },
  ),
  "field-form": warningRule(
    {
      en: "A field has the form that every reader accepts.",
      pt: "Um campo tem a forma que todo leitor aceita.",
    },
    {
      en: "Write it as the message says: services in other languages may not accept this one.",
      pt: "Escreva como diz a mensagem: serviços em outras linguagens podem não aceitar esta forma.",
    },
  ),
  "field-invalid": errorRule(
    { en: "A known field has the expected form.", pt: "Um campo conhecido tem a forma esperada." },
    { en: "Write the value as the message says.", pt: "Escreva o valor como diz a mensagem." },
  ),
  "field-misplaced": warningRule(
    { en: "A field is inside the object that it belongs to.", pt: "Um campo fica no objeto a que pertence." },
    {
      en: "Indent the field below the one that it belongs to.",
      pt: "Recue o campo abaixo daquele a que pertence.",
    },
  ),
  "field-missing": errorRule(
    { en: "A view has columns and identifiers.", pt: "Uma view tem columns e identifiers." },
    {
      en: "Add the field; a column that is an object needs a name.",
      pt: "Acrescente o campo; uma coluna que é um objeto precisa de um nome.",
    },
  ),
  "field-misspelt": warningRule(
    {
      en: "A field name is not a misspelling or a translation of a missing field.",
      pt: "O nome de um campo não é um erro de digitação nem a tradução de um campo que falta.",
    },
    {
      en: "Write the suggested name, or a clearly different one.",
      pt: "Escreva o nome sugerido, ou um claramente diferente.",
    },
  ),
  "file-encoding": errorRule(
    { en: "A view file is UTF-8 text.", pt: "O arquivo de uma view é texto em UTF-8." },
    { en: "Save the file as UTF-8 in the editor.", pt: "Salve o arquivo como UTF-8 no editor." },
  ),
  "file-name": warningRule(
    {
      en: "A file that is meant as a view is named *.yaml or *.yml.",
      pt: "Um arquivo que é uma view tem nome *.yaml ou *.yml.",
    },
    {
      en: "Rename the file to *.yaml or *.yml; backups are best kept outside the folder.",
      pt: "Renomeie o arquivo para *.yaml ou *.yml; é melhor guardar cópias fora da pasta.",
    },
  ),
  "file-size": errorRule(
    { en: "A view file has a bounded size.", pt: "O arquivo de uma view tem tamanho limitado." },
    { en: "Split the view into several views.", pt: "Divida a view em várias." },
  ),
  "file-type": errorRule(
    {
      en: "A path with the name of a view file is a regular file.",
      pt: "Um caminho com nome de arquivo de view é um arquivo comum.",
    },
    {
      en: "Replace the link, pipe or device with a regular file.",
      pt: "Substitua o link, pipe ou dispositivo por um arquivo comum.",
    },
  ),
  "findings-excess": errorRule(
    {
      en: "A file has so few diagnostics that all are shown.",
      pt: "Um arquivo tem poucos diagnósticos, e todos são mostrados.",
    },
    {
      en: "Fix the diagnostics that are shown, and validate again. It is a warning if only warnings are hidden.",
      pt: "Corrija os diagnósticos mostrados, e valide de novo. É um aviso se só avisos não são mostrados.",
    },
  ),
  "identifiers-empty": warningRule(
    {
      en: "A view names the columns that identify a row.",
      pt: "Uma view cita as colunas que identificam uma linha.",
    },
    {
      en: "Name the columns that together identify a row.",
      pt: "Cite as colunas que juntas identificam uma linha.",
    },
  ),
  "item-repeated": warningRule(
    {
      en: "A list of names or words has no duplicates.",
      pt: "Uma lista de nomes ou palavras não tem repetições.",
    },
    { en: "Remove one of the two.", pt: "Remova uma das duas." },
  ),
  "key-type": errorRule(
    { en: "Keys are text.", pt: "Chaves são texto." },
    { en: "Put the key in quotes if it is meant as text.", pt: "Ponha a chave entre aspas, se é texto." },
  ),
  "line-joined": warningRule(
    { en: "A line that looks like a list item is one.", pt: "Uma linha que parece item de lista é um item." },
    {
      en: "Align the - with that of the other items, or put the whole text in quotes.",
      pt: "Alinhe o - com o dos outros itens, ou ponha o texto inteiro entre aspas.",
    },
  ),
  "link-outside": errorRule(
    { en: "A link stays inside the catalog's folder.", pt: "Um link fica dentro da pasta do catálogo." },
    { en: "Copy the file into the folder of the catalog.", pt: "Copie o arquivo para a pasta do catálogo." },
  ),
  "nesting-depth": errorRule(
    { en: "A view nests to a bounded depth.", pt: "Uma view tem número limitado de níveis." },
    { en: "Use fewer levels.", pt: "Reduza os níveis da view." },
  ),
  "no-views": errorRule(
    { en: "A catalog has at least one view.", pt: "Um catálogo tem pelo menos uma view." },
    {
      en: "Add a view, or point VIEWS_DIR at the folder that contains them.",
      pt: "Acrescente uma view, ou faça VIEWS_DIR indicar a pasta que as contém.",
    },
  ),
  "number-range": errorRule(
    { en: "Numbers are finite, as JSON requires.", pt: "Números são finitos, como JSON exige." },
    {
      en: "Write a finite number, or quote the value if it is text.",
      pt: "Escreva um número finito, ou ponha o valor entre aspas, se é texto.",
    },
  ),
  "tag-unknown": errorRule(
    { en: "Values have only the standard tags of YAML.", pt: "Valores têm só as tags padrão do YAML." },
    { en: "Remove the tag, and write a plain value.", pt: "Remova a tag, e escreva um valor simples." },
  ),
  "text-cut": warningRule(
    { en: "A text is not cut off by a comment.", pt: "Um texto não é cortado por um comentário." },
    {
      en: "Put the text in quotes if # belongs to it; put two spaces before a comment.",
      pt: "Ponha o texto entre aspas, se # faz parte dele; deixe dois espaços antes de um comentário.",
    },
  ),
  "text-encoding": errorRule(
    {
      en: "Text has only complete, printable characters.",
      pt: "O texto tem só caracteres completos e imprimíveis.",
    },
    {
      en: "Remove the character, or write it as an escape in double quotes.",
      pt: "Remova o caractere, ou escreva-o como escape entre aspas duplas.",
    },
  ),
  "token-excess": errorRule(
    {
      en: "A view file has a bounded number of YAML tokens.",
      pt: "O arquivo de uma view tem número limitado de tokens de YAML.",
    },
    { en: "Split the view into several views.", pt: "Divida a view em várias." },
  ),
  "view-nested": errorRule(
    {
      en: "A view's fields are at the top level of its file.",
      pt: "Os campos de uma view ficam no nível superior do arquivo.",
    },
    {
      en: "Move the fields to the top level of the file, and name the view by entity or by the name of the file.",
      pt: "Leve os campos para o nível superior do arquivo, e dê nome à view por entity ou pelo nome do arquivo.",
    },
  ),
  "view-size": errorRule(
    { en: "A view has a bounded size as JSON.", pt: "Uma view tem tamanho limitado em JSON." },
    { en: "Split the view into several views.", pt: "Divida a view em várias." },
  ),
  "view-type": errorRule(
    { en: "A view file contains one object.", pt: "O arquivo de uma view contém um objeto." },
    {
      en: "Write the fields of one view at the top level of the file.",
      pt: "Escreva os campos de uma view no nível superior do arquivo.",
    },
  ),
  "weight-unknown": warningRule(
    {
      en: "Weights are given to known kinds of words.",
      pt: "Pesos são dados a tipos conhecidos de palavras.",
    },
    {
      en: "Weights are given to intents, keywords, synonyms and latest_words.",
      pt: "Pesos são dados a intents, keywords, synonyms e latest_words.",
    },
  ),
  "yaml-ambiguous": warningRule(
    {
      en: "A plain value means the same to all YAML readers.",
      pt: "Um valor sem aspas significa o mesmo para todo leitor de YAML.",
    },
    {
      en: "Quote the value if it is text, or write it so that all readers read the same value.",
      pt: "Ponha o valor entre aspas, se é texto, ou escreva de modo que todos os leitores leiam o mesmo valor.",
    },
  ),
  "yaml-readers-differ": warningRule(
    {
      en: "The YAML readers of the selected languages read the same values.",
      pt: "Os leitores de YAML das linguagens escolhidas leem os mesmos valores.",
    },
    {
      en: "Quote the value, or write it so that the selected readers read the same value.",
      pt: "Ponha o valor entre aspas, ou escreva de modo que os leitores escolhidos leiam o mesmo valor.",
    },
  ),
  "yaml-refused-elsewhere": warningRule(
    { en: "PyYAML can read a view file.", pt: "O PyYAML consegue ler o arquivo de uma view." },
    {
      en: "Follow the hint: Python services cannot load the file.",
      pt: "Siga a sugestão: serviços em Python não conseguem carregar o arquivo.",
    },
  ),
  "yaml-syntax": errorRule(
    { en: "A view file is well-formed YAML.", pt: "O arquivo de uma view é YAML bem formado." },
    {
      en: "Correct the indentation, quotes, brackets or colons at the reported place. Other errors before the next key in the first column may have the same cause, and are not shown.",
      pt: "Corrija o recuo, as aspas, os colchetes ou os dois-pontos no lugar indicado. Outros erros antes da próxima chave na primeira coluna podem ter a mesma causa, e não são mostrados.",
    },
  ),
  "yaml-version": errorRule(
    { en: "Views are YAML 1.2.", pt: "Views são YAML 1.2." },
    { en: "Remove the %YAML line.", pt: "Remova a linha %YAML." },
  ),
};
