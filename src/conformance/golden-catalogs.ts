/** A catalog whose hash Python computed. */
export interface GoldenCatalog {
  readonly sha256: string;
  /** YAML text by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** The views of three catalogs of `test/golden`, most of them in shorter YAML, so that the suite needs no files. */
export const GOLDEN_CATALOGS: readonly GoldenCatalog[] = [
  {
    sha256: "e86e8277a1f71ca0bab8ff54035c9751426d101f1d78585dc9159e4f35a39035",
    files: {
      "view_fiis_dividends_0.yaml": `entity: view_fiis_dividends_0
description: cotação proventos último imóveis
identifiers:
- close_price
default_date_field: payment_date
order_by_whitelist:
- close_price
- payment_date
columns:
- name: close_price
  description: Mês.
  alias: índice
- name: payment_date
  description: Público-alvo.
  alias: público-alvo
- name: dividend_amt
  description: Cadastro.
  alias: dividendos
- name: isin
  description: Mês.
  alias: último
ask:
  intents:
  - rendimentos
  - proventos
  keywords:
  - cadastro
  - cotação
  - preço
  synonyms:
    mês:
    - dividendos
    - índice
    preço:
    - preço
    - mês
  latest_words: []
  weights:
    keywords: 2
    synonyms: 2.5
  top_k: 5
`,
    },
  },
  {
    sha256: "4983d05f1afe6b7079c250dbbb59ee3a3d3f98d14bc3aa5ea728efaffd777c5c",
    files: {
      "view_fiis_assets_0.yaml": `entity: view_fiis_assets_0
description: público-alvo último mês cadastro
identifiers: [payment_date]
default_date_field: price_date
order_by_whitelist: [payment_date, price_date]
columns:
- {name: payment_date, description: Proventos., alias: último}
- {name: price_date, description: Cadastro., alias: galpões}
- {name: close_price, description: Preço., alias: cadastro}
- {name: ticker, description: Índice., alias: proventos}
ask:
  intents: [cotação, dividendos]
  keywords: [rendimentos, último, cadastro]
  synonyms: {gestão: [proventos, variação], variação: [rendimentos, gestão]}
  latest_words: []
  weights: {keywords: 2, synonyms: 0.1}
  top_k: 6
`,
      "view_fiis_assets_1.yaml": `entity: view_fiis_assets_1
description: índice rendimentos galpões público-alvo
identifiers: [sector]
default_date_field: dividend_amt
order_by_whitelist: [sector, dividend_amt]
columns:
- {name: sector, description: Rendimentos., alias: preço}
- {name: dividend_amt, description: Variação., alias: mês}
- {name: close_price, description: Cotação., alias: galpões}
- {name: updated_at, description: Mês., alias: rendimentos}
ask:
  intents: [gestão, rendimentos]
  keywords: [último, rendimentos, público-alvo]
  synonyms: {cadastro: [proventos, último], rendimentos: [último, variação]}
  latest_words: []
  weights: {keywords: 1.0, synonyms: 0.1}
  top_k: 4
`,
      "view_fiis_prices_2.yaml": `entity: view_fiis_prices_2
description: imóveis gestão galpões preço
identifiers: [close_price]
default_date_field: updated_at
order_by_whitelist: [close_price, updated_at]
columns:
- {name: close_price, description: Público-alvo., alias: gestão}
- {name: updated_at, description: Proventos., alias: dividendos}
- {name: ticker, description: Gestão., alias: rendimentos}
- {name: dividend_amt, description: Cotação., alias: galpões}
ask:
  intents: [preço, proventos]
  keywords: [gestão, proventos, último]
  synonyms: {galpões: [público-alvo, proventos], cadastro: [dividendos, cotação]}
  latest_words: []
  weights: {keywords: 2, synonyms: 2.0}
  top_k: 8
`,
    },
  },
  {
    sha256: "dccb71731a7d796b14319a425a710d42ef3f94bc5dfe13bfc8b52dde55941c9b",
    files: {
      "view_fiis_assets_2.yaml": `entity: view_fiis_assets_2
description: gestão rendimentos índice variação
identifiers: [close_price]
default_date_field: payment_date
order_by_whitelist: [close_price, payment_date]
columns:
- {name: close_price, description: Rendimentos., alias: rendimentos}
- {name: payment_date, description: Último., alias: variação}
- {name: dividend_amt, description: Rendimentos., alias: público-alvo}
- {name: ticker, description: Imóveis., alias: dividendos}
ask:
  intents: [proventos, galpões]
  keywords: [público-alvo, imóveis, proventos]
  synonyms: {gestão: [índice, galpões], imóveis: [índice, imóveis]}
  latest_words: []
  weights: {keywords: 1.5, synonyms: 0.1}
  top_k: 5
`,
      "view_fiis_assets_3.yaml": `entity: view_fiis_assets_3
description: gestão preço cotação proventos
identifiers: [close_price]
default_date_field: ticker
order_by_whitelist: [close_price, ticker]
columns:
- {name: close_price, description: Imóveis., alias: imóveis}
- {name: ticker, description: Público-alvo., alias: imóveis}
- {name: dividend_amt, description: Último., alias: rendimentos}
- {name: isin, description: Proventos., alias: cadastro}
ask:
  intents: [proventos, cotação]
  keywords: [galpões, gestão, mês]
  synonyms: {proventos: [público-alvo, proventos], mês: [público-alvo, último]}
  latest_words: []
  weights: {keywords: 1.0, synonyms: 0.1}
  top_k: 8
`,
      "view_fiis_assets_4.yaml": `entity: view_fiis_assets_4
description: variação preço cotação mês
identifiers: [dividend_amt]
default_date_field: isin
order_by_whitelist: [dividend_amt, isin]
columns:
- {name: dividend_amt, description: Galpões., alias: variação}
- {name: isin, description: Cadastro., alias: imóveis}
- {name: ticker, description: Cotação., alias: mês}
- {name: price_date, description: Imóveis., alias: galpões}
ask:
  intents: [gestão, galpões]
  keywords: [gestão, variação, público-alvo]
  synonyms: {índice: [público-alvo, dividendos], cadastro: [cotação, último]}
  latest_words: []
  weights: {keywords: 1.0, synonyms: 2.0}
  top_k: 9
`,
      "view_fiis_dividends_6.yaml": `entity: view_fiis_dividends_6
description: imóveis rendimentos variação dividendos
identifiers: [sector]
default_date_field: dividend_amt
order_by_whitelist: [sector, dividend_amt]
columns:
- {name: sector, description: Mês., alias: índice}
- {name: dividend_amt, description: Galpões., alias: galpões}
- {name: ticker, description: Gestão., alias: variação}
- {name: isin, description: Mês., alias: último}
ask:
  intents: [dividendos, mês]
  keywords: [dividendos, galpões, mês]
  synonyms: {rendimentos: [cotação, variação], mês: [galpões, mês]}
  latest_words: []
  weights: {keywords: 1.0, synonyms: 2.0}
  top_k: 9
`,
      "view_fiis_info_7.yaml": `entity: view_fiis_info_7
description: rendimentos público-alvo mês índice
identifiers: [updated_at]
default_date_field: isin
order_by_whitelist: [updated_at, isin]
columns:
- {name: updated_at, description: Rendimentos., alias: cotação}
- {name: isin, description: Variação., alias: variação}
- {name: ticker, description: Público-alvo., alias: gestão}
- {name: payment_date, description: Cotação., alias: gestão}
ask:
  intents: [dividendos, último]
  keywords: [variação, rendimentos, índice]
  synonyms: {público-alvo: [rendimentos, público-alvo], dividendos: [público-alvo, proventos]}
  latest_words: []
  weights: {keywords: 2, synonyms: 2.0}
  top_k: 9
`,
      "view_fiis_news_5.yaml": `entity: view_fiis_news_5
description: proventos rendimentos variação índice
identifiers: [sector]
default_date_field: updated_at
order_by_whitelist: [sector, updated_at]
columns:
- {name: sector, description: Dividendos., alias: cadastro}
- {name: updated_at, description: Rendimentos., alias: gestão}
- {name: isin, description: Último., alias: gestão}
- {name: payment_date, description: Galpões., alias: cotação}
ask:
  intents: [dividendos, cotação]
  keywords: [imóveis, mês, variação]
  synonyms: {último: [público-alvo, índice], rendimentos: [gestão, rendimentos]}
  latest_words: []
  weights: {keywords: 1.5, synonyms: 2.0}
  top_k: 3
`,
      "view_fiis_prices_0.yaml": `entity: view_fiis_prices_0
description: último cotação proventos preço
identifiers: [updated_at]
default_date_field: sector
order_by_whitelist: [updated_at, sector]
columns:
- {name: updated_at, description: Índice., alias: gestão}
- {name: sector, description: Preço., alias: proventos}
- {name: isin, description: Imóveis., alias: índice}
- {name: price_date, description: Gestão., alias: mês}
ask:
  intents: [índice, gestão]
  keywords: [índice, cadastro, variação]
  synonyms: {cadastro: [público-alvo, índice], rendimentos: [preço, galpões]}
  latest_words: []
  weights: {keywords: 1.0, synonyms: 0.1}
  top_k: 1
`,
      "view_fiis_prices_1.yaml": `entity: view_fiis_prices_1
description: último mês índice galpões
identifiers: [close_price]
default_date_field: ticker
order_by_whitelist: [close_price, ticker]
columns:
- {name: close_price, description: Cotação., alias: público-alvo}
- {name: ticker, description: Mês., alias: rendimentos}
- {name: dividend_amt, description: Índice., alias: mês}
- {name: sector, description: Gestão., alias: gestão}
ask:
  intents: [índice, proventos]
  keywords: [mês, índice, proventos]
  synonyms: {rendimentos: [gestão, último], mês: [galpões, preço]}
  latest_words: []
  weights: {keywords: 1.5, synonyms: 2.0}
  top_k: 3
`,
    },
  },
];
