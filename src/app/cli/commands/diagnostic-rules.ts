import type { DiagnosticCode } from "../../../domain/view/diagnostic.ts";

/**
 * What a code requires of a catalog, how severe a violation is, and how to fix it: a sentence or two each.
 */
export interface DiagnosticRule {
  readonly level: "error" | "warning";
  readonly rule: string;
  readonly help: string;
}

const error = (rule: string, help: string): DiagnosticRule => ({ level: "error", rule, help });
const warning = (rule: string, help: string): DiagnosticRule => ({ level: "warning", rule, help });

/** Every code, for tools that list rules, and for the manual. */
export const DIAGNOSTIC_RULES: Readonly<Record<DiagnosticCode, DiagnosticRule>> = {
  "alias-excess": error(
    "Aliases must not expand a view beyond its limit.",
    "Write the values out where an alias repeats a large part of the file.",
  ),
  "catalog-size": error(
    "A catalog has a bounded size.",
    "Make the largest files smaller, or serve some of the views from another VIEWS_DIR by a service of their own.",
  ),
  "column-repeated": warning("A view lists each of its columns once.", "Remove one of the two columns."),
  "column-unknown": warning(
    "A reference to a column names a column of the view.",
    "Write the name as it stands below columns, or add the column.",
  ),
  "duplicate-entity": error(
    "An entity is defined by one file.",
    "Rename one of the files, or give one of the views another entity.",
  ),
  "duplicate-key": error(
    "The keys of an object are unique.",
    "Remove or rename one of the two keys: readers differ on which one counts.",
  ),
  "entity-malformed": error(
    "An entity is a view's name, with a schema or without.",
    "Use letters, digits and _, with no digit first, or schema.name.",
  ),
  "entity-reserved": error(
    "An entity must not be a reserved name of the cache keys.",
    "Use another name than list, hash and loaded, such as view_list.",
  ),
  "entity-too-long": error("An entity has a bounded length.", "Use at most 128 characters."),
  "field-empty": warning(
    "An optional field has a value, or is left out.",
    "Remove the field, or give it a value; fields that belong into it must be indented below it. The catalog keeps null.",
  ),
  "field-form": warning(
    "A field has the form that every reader accepts.",
    "Write the form in the message: services in other languages may not accept this one.",
  ),
  "field-invalid": error(
    "A known field has the expected form.",
    "Write the value in the form in the message.",
  ),
  "field-misplaced": warning(
    "A field stands in the object that it belongs to.",
    "Indent the field below the one that it belongs to.",
  ),
  "field-missing": error(
    "A view has columns and identifiers.",
    "Add the field; a column that is an object needs a name.",
  ),
  "field-misspelt": warning(
    "A field name is not a misspelling of a missing field.",
    "Write the suggested name, or a clearly different one.",
  ),
  "file-encoding": error("A view file is UTF-8 text.", "Save the file as UTF-8 in the editor."),
  "file-name": warning(
    "A file that is meant as a view is named *.yaml or *.yml.",
    "Rename the file to *.yaml or *.yml; backups are best kept outside the folder.",
  ),
  "file-size": error("A view file has a bounded size.", "Split the view into several ones."),
  "file-type": error(
    "A path with the name of a view file is a regular file.",
    "Replace the link, pipe or device with a regular file.",
  ),
  "findings-excess": error(
    "A file has no more diagnostics than are shown.",
    "Fix the diagnostics that are shown, and validate again.",
  ),
  "identifiers-empty": warning(
    "A view names the columns that identify a row.",
    "Name the columns that together identify a row.",
  ),
  "item-repeated": warning("A list of names or words has no duplicates.", "Remove one of the two."),
  "key-type": error("Keys are text.", "Put the key in quotes if it is meant as text."),
  "line-joined": warning(
    "A line that looks like a list item is one.",
    "Align the - with that of the other items, or put the whole text in quotes.",
  ),
  "link-outside": error(
    "A link stays inside the catalog's folder.",
    "Copy the file into the folder of the catalog.",
  ),
  "nesting-depth": error("A view nests to a bounded depth.", "Make the view flatter."),
  "no-views": error(
    "A catalog has at least one view.",
    "Add a view, or point VIEWS_DIR at the folder that holds them.",
  ),
  "number-range": error(
    "Numbers are finite, as JSON requires.",
    "Write a finite number, or quote the value if it is text.",
  ),
  "tag-unknown": error(
    "Values have only the standard tags of YAML.",
    "Remove the tag, and write a plain value.",
  ),
  "text-cut": warning(
    "A text is not cut off by a comment.",
    "Put the text in quotes if # belongs to it; put two spaces before a comment.",
  ),
  "text-encoding": error(
    "Text has only complete, printable characters.",
    "Remove the character, or write it as an escape in double quotes.",
  ),
  "token-excess": error(
    "A view file has a bounded number of YAML tokens.",
    "Split the view into several ones.",
  ),
  "view-nested": error(
    "A view's fields stand at the top level of its file.",
    "Move the fields to the top level of the file, and name the view by entity or by the name of the file.",
  ),
  "view-size": error("A view has a bounded size as JSON.", "Split the view into several ones."),
  "view-type": error(
    "A view file holds one object.",
    "Write the fields of one view at the top level of the file.",
  ),
  "weight-unknown": warning(
    "Weights are given to known kinds of words.",
    "Weights are given to intents, keywords, synonyms and latest_words.",
  ),
  "yaml-ambiguous": warning(
    "A plain value means the same to all YAML readers.",
    "Quote the value if it is text, or write it so that all readers agree.",
  ),
  "yaml-readers-differ": warning(
    "The YAML readers of the selected languages read the same values.",
    "Quote the value, or write it so that the selected readers agree.",
  ),
  "yaml-refused-elsewhere": warning(
    "PyYAML can read a view file.",
    "Follow the hint: Python services cannot load the file.",
  ),
  "yaml-syntax": error(
    "A view file is well-formed YAML.",
    "Correct the indentation, quotes, brackets or colons at the reported place.",
  ),
  "yaml-version": error("Views are YAML 1.2.", "Remove the %YAML line."),
};
