import { after, type Row } from "./row.ts";

/** Slips that the diagnostic names in the author's own words. */
export const SLIP_ROWS: readonly Row[] = [
  {
    name: "C6: columns that are fields of objects",
    yaml: "columns:\n  - ticker: Ticker\n  - price: Preço\nidentifiers: [ticker]\n",
    diagnostics: [
      '2:5: error: "columns/0" has the field "ticker", but no name; write - {name: ticker, alias: Ticker} [field-missing at /columns/0/name]',
      '3:5: error: "columns/1" has the field "price", but no name; write - {name: price, alias: Preço} [field-missing at /columns/1/name]',
    ],
  },
  {
    name: "C6: columns that are objects of objects",
    yaml: "columns:\n  ticker: {alias: Ticker}\n  price:\nidentifiers: [ticker]\n",
    diagnostics: [
      '2:3: error: "columns" must be a list of at least one column, got an object; write a list: - name: ticker, with its other fields on the lines below [field-invalid at /columns]',
    ],
  },
  {
    name: "C6: a column with a colon",
    yaml: "columns:\n  - ticker:\n  - preço médio: Preço, em R$\nidentifiers: [ticker]\n",
    diagnostics: [
      '2:5: error: "columns/0" has the field "ticker", but no name; write - ticker [field-missing at /columns/0/name]',
      '3:5: error: "columns/1" has the field "preço médio", but no name; write - {name: preço médio, alias: "Preço, em R$"} [field-missing at /columns/1/name]',
    ],
  },
  {
    name: "C6: two columns in one object",
    yaml: "columns:\n  - ticker: Ticker\n    price: Preço\nidentifiers: [ticker]\n",
    diagnostics: [
      '2:5: error: "columns/0" has the field "ticker", but no name; write each column as an item of its own: - {name: ticker, alias: Ticker} [field-missing at /columns/0/name]',
    ],
  },
  {
    name: "C6: no blank after the -",
    yaml: "columns:\n  -ticker\n  -price\nidentifiers: [ticker]\n",
    diagnostics: [
      '2:3: error: "columns" must be a list of at least one column, got text; put a space after each -: - ticker [field-invalid at /columns]',
      '3:3: warning: "-price" continues the text of the line above; align the - with that of the other items, or quote the text [line-joined at /columns]',
    ],
  },
  {
    name: "C6: no blank after the - of one item",
    yaml: "columns:\n  - ticker\n  -price\nidentifiers: [ticker]\n",
    diagnostics: ["3:3: error: a space is missing after the -; write - price [yaml-syntax]"],
  },
  {
    name: "C6: no blank after the - of words",
    yaml: after("ask:\n  keywords:\n    -cota\n  synonyms:\n    cota:\n      -quota\n"),
    diagnostics: [
      '5:5: error: "ask/keywords" must be a list of texts, got text; put a space after each -: - cota [field-invalid at /ask/keywords]',
    ],
  },
  {
    name: "C6: a no-break space after the -",
    yaml: "columns:\n  -\u00a0ticker\n  -\u00a0price\nidentifiers: [ticker]\n",
    diagnostics: [
      '2:3: error: "columns" must be a list of at least one column, got text; after each -, put an ordinary space, not a no-break space (U+00A0): - ticker [field-invalid at /columns]',
    ],
  },
  {
    name: "C6: a no-break space after one -",
    yaml: "columns:\n  - ticker\n  -\u00a0price\nidentifiers: [ticker]\n",
    diagnostics: [
      "3:4: error: there is a no-break space (U+00A0) where YAML requires an ordinary space; replace it with an ordinary space [yaml-syntax]",
    ],
  },
  {
    name: "C6: a no-break space after a colon",
    yaml: after("description:\u00a0text\n"),
    diagnostics: [
      "3:13: error: there is a no-break space (U+00A0) where YAML requires an ordinary space; replace it with an ordinary space [yaml-syntax]",
    ],
  },
  {
    name: "C6: a no-break space after each colon",
    yaml: "columns:\u00a0[a]\nidentifiers:\u00a0[a]\n",
    diagnostics: [
      "1:9: error: there is a no-break space (U+00A0) where YAML requires an ordinary space; replace it with an ordinary space [yaml-syntax]",
    ],
  },
  {
    name: "C6: no-break spaces as indentation",
    yaml: after("ask:\n  intents: [x]\n\u00a0\u00a0keywords: [x]\n"),
    diagnostics: [
      '5:1: warning: "\u00a0\u00a0keywords" begins with a no-break space (U+00A0), which is not indentation in YAML; indent with ordinary spaces [field-misplaced at /\u00a0\u00a0keywords]',
    ],
    json: '{"ask": {"intents": ["x"]}, "columns": ["a"], "identifiers": ["a"], "  keywords": ["x"]}',
  },
  {
    name: "C6: keywords that are not indented below ask",
    yaml: after("ask:\nkeywords: [x]\n"),
    diagnostics: [
      '3:1: warning: "ask" is empty; indent keywords and the other fields of "ask" below it [field-empty at /ask]',
    ],
    json: '{"ask": null, "columns": ["a"], "identifiers": ["a"], "keywords": ["x"]}',
  },
  {
    name: "C6: keywords beside an ask that holds others",
    yaml: after("ask:\n  intents: [x]\nkeywords: [x]\n"),
    diagnostics: [
      '5:1: warning: "keywords" is a field of "ask", but is on the same level as "ask"; indent it below ask: [field-misplaced at /keywords]',
    ],
    json: '{"ask": {"intents": ["x"]}, "columns": ["a"], "identifiers": ["a"], "keywords": ["x"]}',
  },
  {
    name: "C6: synonyms that are not indented",
    yaml: after("ask:\n  synonyms:\n  preço: [valor]\n"),
    diagnostics: [
      '4:3: warning: "ask/synonyms" is empty; indent preço and the other fields of "ask/synonyms" below it [field-empty at /ask/synonyms]',
    ],
    json: '{"ask": {"preço": ["valor"], "synonyms": null}, "columns": ["a"], "identifiers": ["a"]}',
  },
  {
    name: "C6: columns that are indented into ask",
    yaml: "ask:\n  keywords: [a]\n  columns: [a]\n  identifiers: [a]\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; move identifiers out of "ask" to the top level [field-missing at /identifiers]',
      '1:1: error: "columns" is missing; move columns out of "ask" to the top level [field-missing at /columns]',
    ],
  },
  {
    name: "C6: a name below columns",
    yaml: "columns:\nname: a\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: "columns" must be a list of at least one column, got nothing; indent name below "columns" [field-invalid at /columns]',
    ],
  },
  {
    name: "C6: a whole view below its own name",
    yaml: "view_a:\n  columns: [a]\n  identifiers: [a]\n",
    diagnostics: [
      '1:1: error: the whole view is inside "view_a"; move its fields to the top level, and write entity: view_a [view-nested at /view_a]',
    ],
  },
  {
    name: "C6: a whole view below a name that is none",
    yaml: "view-a:\n  columns: [a]\n  identifiers: [a]\n",
    diagnostics: [
      '1:1: error: the whole view is inside "view-a"; move its fields to the top level [view-nested at /view-a]',
    ],
  },
  {
    name: "C6: several views below their names",
    yaml: "view_a:\n  columns: [a]\n  identifiers: [a]\nview_b:\n  columns: [a]\n  identifiers: [a]\n",
    diagnostics: [
      '1:1: error: the file contains 2 views, the first inside "view_a"; put each view into a file of its own, with its fields at the top level [view-nested at /view_a]',
    ],
  },
  {
    name: "C6: a view as the only item of a list",
    yaml: "- columns: [a]\n  identifiers: [a]\n",
    diagnostics: [
      "1:1: error: the file contains a list, but a view must be an object; remove the - before the view's fields [view-type]",
    ],
  },
  {
    name: "C6: several views in a list",
    yaml: "- columns: [a]\n  identifiers: [a]\n- columns: [b]\n",
    diagnostics: [
      "1:1: error: the file contains a list, but a view must be an object; put each view into a file of its own, without the - [view-type]",
    ],
  },
  {
    name: "C6: a template as a value",
    yaml: after("description: {{ x }}\n"),
    diagnostics: [
      '3:15: error: the template {{ x }} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{{ x }}" [yaml-syntax at /description]',
    ],
  },
  {
    name: "C6: a template with text behind it",
    yaml: after("description: {{ x }} text\n"),
    diagnostics: [
      '3:14: error: the template {{ x }} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{{ x }}" [yaml-syntax]',
    ],
  },
  {
    name: "C6: templates as columns",
    yaml: "columns: [{{ a }}, b]\nidentifiers: {{ ids }}\n",
    diagnostics: [
      '1:12: error: the template {{ a }} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{{ a }}" [yaml-syntax at /columns/0]',
      '2:15: error: the template {{ ids }} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{{ ids }}" [yaml-syntax at /identifiers]',
    ],
  },
  {
    name: "C6: a template as a key",
    yaml: after("{{ x }}: 1\n"),
    diagnostics: [
      '3:1: error: the template {{ x }} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{{ x }}" [yaml-syntax]',
    ],
  },
  {
    name: "C6: statements of a template",
    yaml: after("{% if x %}\ndescription: a\n{% endif %}\n"),
    diagnostics: [
      '3:1: error: the template {% if x %} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{% if x %}" [yaml-syntax]',
      '5:1: error: the template {% endif %} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{% endif %}" [yaml-syntax]',
    ],
  },
  {
    name: "C6: a line of a template",
    yaml: after("{{ x }}\n"),
    diagnostics: [
      '3:1: error: the template {{ x }} is not filled in, and YAML does not read it as text without quotes; fill it in before the file is saved, or quote it: "{{ x }}" [yaml-syntax]',
    ],
  },
  {
    name: "C6: an alias indented less than its name",
    yaml: "columns:\n  - name: a\n   alias: b\nidentifiers: [a]\n",
    diagnostics: [
      "3:4: error: this line is indented by 3 spaces, but no list or object here has that indentation; indent it by 4 spaces, like name, or by 2 spaces, like the - before name [yaml-syntax]",
    ],
  },
  {
    name: "C6: an alias at the -",
    yaml: "columns:\n  - name: a\n  alias: b\nidentifiers: [a]\n",
    diagnostics: [
      '3:3: error: this line has no "-", but the other lines with this indentation begin with "-"; begin it with "- ", or indent it by 4 spaces, like name, or do not indent it [yaml-syntax]',
    ],
  },
  {
    name: "C6: an item that is moved out",
    yaml: "columns:\n  - a\n - b\nidentifiers: [a]\n",
    diagnostics: [
      "3:2: error: this line is indented by 1 space, but no list or object here has that indentation; indent it by 2 spaces, like the - before a, or do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "C6: an item that is moved in",
    yaml: "columns:\n  - abc\n    - def\nidentifiers: [abc]\n",
    diagnostics: [
      '3:5: warning: "- def" continues the text of the line above; align the - with that of the other items, or quote the text [line-joined at /columns/0]',
      '4:15: warning: "identifiers" names "abc", which is not a column of this view; write the name of a column of this view, or add the column [column-unknown at /identifiers/0]',
    ],
    json: '{"columns": ["abc - def"], "identifiers": ["abc"]}',
  },
  {
    name: "C6: a first key that is moved in",
    yaml: " columns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      "2:1: error: this line is not indented, but the list or object above it is; indent it by 1 space, like columns [yaml-syntax]",
    ],
  },
  {
    name: "C6: a second key that is moved in",
    yaml: "columns: [a]\n identifiers: [a]\n",
    diagnostics: [
      "2:2: error: this line is indented by 1 space, but no list or object here has that indentation; do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "C6: a key at the items of a list",
    yaml: "columns:\n  - a\n  identifiers: [a]\n",
    diagnostics: [
      '3:3: error: this line has no "-", but the other lines with this indentation begin with "-"; begin it with "- ", or do not indent it [yaml-syntax]',
    ],
  },
  {
    name: "C6: a key of ask that is moved out",
    yaml: after("ask:\n  intents: [x]\n keywords: [y]\n"),
    diagnostics: [
      "5:2: error: this line is indented by 1 space, but no list or object here has that indentation; indent it by 2 spaces, like intents, or do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "C6: a key of ask that is moved in",
    yaml: after("ask:\n  intents: [x]\n   keywords: [y]\n"),
    diagnostics: [
      "5:4: error: this line is indented by 3 spaces, but no list or object here has that indentation; indent it by 2 spaces, like intents, or do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "C6: words that are moved out",
    yaml: after("ask:\n  keywords:\n - x\n"),
    diagnostics: [
      "5:2: error: this line is indented by 1 space, but no list or object here has that indentation; indent it by 2 spaces, like keywords, or do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "C6: words at the first column",
    yaml: after("ask:\n  keywords:\n- x\n"),
    diagnostics: [
      "5:1: error: this line begins with -, but lines with this indentation are keys, such as ask; indent it deeper than the key that it belongs to [yaml-syntax]",
    ],
  },
];
