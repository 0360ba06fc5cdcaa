-- Sample database: base tables and the eight views of data/views, column for column.
-- The same text loads into SQLite and into PostgreSQL. Two habits keep it so: every division starts from a decimal
-- (100.0 * a / b), since SQLite stores 100.00 as an integer, and no date arithmetic or database-only function is used.
-- Figures are invented; see README.md.

CREATE TABLE institutions (
  institution_id INTEGER PRIMARY KEY,
  institution_name TEXT NOT NULL UNIQUE
);

CREATE TABLE funds (
  ticker TEXT PRIMARY KEY,
  fund_name TEXT NOT NULL,
  cnpj TEXT NOT NULL, -- a subscription receipt (12, 13, 14) carries the CNPJ of its fund
  isin TEXT NOT NULL UNIQUE,
  segment TEXT NOT NULL,
  fund_type TEXT NOT NULL,
  management_kind TEXT NOT NULL,
  administrator_id INTEGER NOT NULL REFERENCES institutions (institution_id),
  manager_id INTEGER NOT NULL REFERENCES institutions (institution_id),
  ipo_date DATE NOT NULL,
  target_audience TEXT NOT NULL,
  fund_term TEXT NOT NULL,
  admin_fee_pct NUMERIC NOT NULL,
  performance_fee_pct NUMERIC,
  updated_at TIMESTAMP NOT NULL
);

-- The latest monthly report of each fund. The reference price stands in for funds without rows in prices.
CREATE TABLE monthly_reports (
  ticker TEXT PRIMARY KEY REFERENCES funds (ticker),
  shares_outstanding INTEGER NOT NULL,
  shareholders_count INTEGER NOT NULL,
  net_asset_value NUMERIC NOT NULL,
  reference_price NUMERIC NOT NULL
);

CREATE TABLE ifix_portfolio (
  ticker TEXT PRIMARY KEY REFERENCES funds (ticker),
  weight_pct NUMERIC NOT NULL
);

-- What the days before the first row of prices come to, for each fund.
CREATE TABLE price_bases (
  ticker TEXT PRIMARY KEY REFERENCES funds (ticker),
  prior_close NUMERIC NOT NULL,
  month_base_close NUMERIC NOT NULL,
  year_base_close NUMERIC NOT NULL,
  prior_high_52w NUMERIC NOT NULL,
  prior_low_52w NUMERIC NOT NULL
);

CREATE TABLE prices (
  ticker TEXT NOT NULL REFERENCES price_bases (ticker),
  price_date DATE NOT NULL,
  open_price NUMERIC NOT NULL,
  high_price NUMERIC NOT NULL,
  low_price NUMERIC NOT NULL,
  close_price NUMERIC NOT NULL,
  adjustment_factor NUMERIC NOT NULL,
  volume_brl NUMERIC NOT NULL,
  shares_traded INTEGER NOT NULL,
  trades_count INTEGER NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (ticker, price_date)
);

CREATE TABLE dividends (
  ticker TEXT NOT NULL REFERENCES funds (ticker),
  record_date DATE NOT NULL,
  payout_type TEXT NOT NULL,
  ex_date DATE NOT NULL,
  payment_date DATE NOT NULL,
  reference_month DATE NOT NULL,
  announced_at TIMESTAMP NOT NULL,
  amount_per_share NUMERIC NOT NULL,
  previous_amount_per_share NUMERIC,
  income_12m_per_share NUMERIC NOT NULL,
  record_date_price NUMERIC NOT NULL,
  status TEXT NOT NULL,
  notice_code TEXT NOT NULL UNIQUE,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (ticker, record_date, payout_type)
);

CREATE TABLE news (
  news_id TEXT PRIMARY KEY,
  published_at TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  source_name TEXT NOT NULL,
  author_name TEXT,
  category TEXT NOT NULL,
  topic TEXT NOT NULL,
  tags TEXT NOT NULL,
  collected_at TIMESTAMP NOT NULL
);

CREATE TABLE news_funds (
  news_id TEXT NOT NULL REFERENCES news (news_id),
  ticker TEXT NOT NULL REFERENCES funds (ticker),
  sentiment_score NUMERIC NOT NULL,
  relevance_score NUMERIC NOT NULL,
  PRIMARY KEY (news_id, ticker)
);

CREATE TABLE properties (
  property_id TEXT PRIMARY KEY,
  property_name TEXT NOT NULL,
  asset_class TEXT NOT NULL,
  address TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  gross_leasable_area_m2 NUMERIC NOT NULL,
  appraised_m2_value NUMERIC NOT NULL
);

CREATE TABLE property_reports (
  ticker TEXT NOT NULL REFERENCES funds (ticker),
  property_id TEXT NOT NULL REFERENCES properties (property_id),
  reference_date DATE NOT NULL,
  ownership_stake_pct NUMERIC NOT NULL,
  vacancy_pct NUMERIC NOT NULL,
  financial_vacancy_pct NUMERIC NOT NULL,
  delinquency_pct NUMERIC NOT NULL,
  main_tenants TEXT NOT NULL,
  tenants_count INTEGER NOT NULL,
  revenue_share_pct NUMERIC NOT NULL,
  lease_type TEXT NOT NULL,
  remaining_lease_years NUMERIC NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (ticker, property_id, reference_date)
);

CREATE TABLE lawsuits (
  ticker TEXT NOT NULL REFERENCES funds (ticker),
  case_number TEXT NOT NULL,
  case_kind TEXT NOT NULL,
  case_class TEXT NOT NULL,
  subject TEXT NOT NULL,
  court TEXT NOT NULL,
  court_level TEXT NOT NULL,
  state TEXT,
  fund_role TEXT NOT NULL,
  counterparty_name TEXT,
  filing_date DATE NOT NULL,
  claim_value NUMERIC NOT NULL,
  loss_probability TEXT NOT NULL,
  provision_value NUMERIC,
  expected_impact TEXT NOT NULL,
  status TEXT NOT NULL,
  is_sealed BOOLEAN NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (ticker, case_number)
);

CREATE TABLE lawsuit_movements (
  ticker TEXT NOT NULL,
  case_number TEXT NOT NULL,
  movement_date DATE NOT NULL,
  movement TEXT NOT NULL,
  PRIMARY KEY (ticker, case_number, movement_date),
  FOREIGN KEY (ticker, case_number) REFERENCES lawsuits (ticker, case_number)
);

CREATE TABLE indicators (
  indicator_code TEXT PRIMARY KEY,
  indicator_name TEXT NOT NULL,
  category TEXT NOT NULL,
  frequency TEXT NOT NULL,
  value_unit TEXT NOT NULL,
  source_name TEXT NOT NULL
);

-- One row per indicator and month; for daily series, that of the month's last business day. The month number counts
-- months (12 * year + month - 1), so that the accumulated returns are joins on it rather than date arithmetic.
CREATE TABLE indicator_values (
  indicator_code TEXT NOT NULL REFERENCES indicators (indicator_code),
  month_number INTEGER NOT NULL,
  reference_date DATE NOT NULL,
  value NUMERIC NOT NULL,
  previous_value NUMERIC NOT NULL,
  index_level NUMERIC NOT NULL,
  is_preliminary BOOLEAN NOT NULL,
  published_at TIMESTAMP NOT NULL,
  PRIMARY KEY (indicator_code, month_number)
);

CREATE TABLE rates (
  rate_code TEXT PRIMARY KEY,
  rate_name TEXT NOT NULL,
  rate_kind TEXT NOT NULL,
  base_currency TEXT,
  quote_currency TEXT,
  source_name TEXT NOT NULL
);

CREATE TABLE rate_terms (
  term_days INTEGER PRIMARY KEY,
  term_label TEXT NOT NULL
);

CREATE TABLE interest_quotes (
  rate_code TEXT NOT NULL REFERENCES rates (rate_code),
  rate_date DATE NOT NULL,
  term_days INTEGER NOT NULL REFERENCES rate_terms (term_days),
  maturity_date DATE,
  annual_rate_pct NUMERIC NOT NULL,
  previous_annual_rate_pct NUMERIC NOT NULL,
  monthly_rate_pct NUMERIC NOT NULL,
  daily_rate_pct NUMERIC NOT NULL,
  effective_from DATE,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (rate_code, rate_date, term_days)
);

CREATE TABLE currency_quotes (
  rate_code TEXT NOT NULL REFERENCES rates (rate_code),
  rate_date DATE NOT NULL,
  bid_rate NUMERIC NOT NULL,
  ask_rate NUMERIC NOT NULL,
  previous_ask_rate NUMERIC NOT NULL,
  ptax_rate NUMERIC NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (rate_code, rate_date)
);

CREATE VIEW view_fiis_info AS
WITH priced AS (
  SELECT
    r.ticker,
    r.shares_outstanding,
    r.shareholders_count,
    r.net_asset_value,
    COALESCE(
      (SELECT p.close_price FROM prices p WHERE p.ticker = r.ticker ORDER BY p.price_date DESC LIMIT 1),
      r.reference_price
    ) AS last_price
  FROM monthly_reports r
)
SELECT
  f.ticker,
  f.fund_name,
  f.cnpj,
  f.isin,
  f.segment,
  f.fund_type,
  f.management_kind,
  a.institution_name AS administrator_name,
  m.institution_name AS manager_name,
  f.ipo_date,
  f.target_audience,
  f.fund_term,
  r.shares_outstanding,
  r.shareholders_count,
  f.admin_fee_pct,
  f.performance_fee_pct,
  r.net_asset_value,
  ROUND(1.0 * r.net_asset_value / r.shares_outstanding, 2) AS nav_per_share,
  ROUND(1.0 * r.last_price * r.shares_outstanding, 2) AS market_value,
  ROUND(1.0 * r.last_price * r.shares_outstanding / r.net_asset_value, 2) AS price_to_book,
  i.weight_pct AS ifix_weight_pct,
  f.updated_at
FROM funds f
JOIN priced r ON r.ticker = f.ticker
JOIN institutions a ON a.institution_id = f.administrator_id
JOIN institutions m ON m.institution_id = f.manager_id
LEFT JOIN ifix_portfolio i ON i.ticker = f.ticker;

CREATE VIEW view_fiis_prices AS
WITH chained AS (
  SELECT
    p.*,
    b.month_base_close,
    b.year_base_close,
    b.prior_high_52w,
    b.prior_low_52w,
    COALESCE(LAG(p.close_price) OVER (PARTITION BY p.ticker ORDER BY p.price_date), b.prior_close) AS previous_close,
    MAX(p.high_price) OVER (PARTITION BY p.ticker ORDER BY p.price_date) AS high_so_far,
    MIN(p.low_price) OVER (PARTITION BY p.ticker ORDER BY p.price_date) AS low_so_far
  FROM prices p
  JOIN price_bases b ON b.ticker = p.ticker
)
SELECT
  ticker,
  price_date,
  open_price,
  high_price,
  low_price,
  ROUND(1.0 * volume_brl / shares_traded, 2) AS average_price,
  close_price,
  ROUND(1.0 * close_price * adjustment_factor, 2) AS adjusted_close_price,
  previous_close AS previous_close_price,
  ROUND(close_price - previous_close, 2) AS daily_change,
  ROUND(100.0 * (close_price - previous_close) / previous_close, 2) AS daily_variation_pct,
  ROUND(100.0 * (close_price - month_base_close) / month_base_close, 2) AS month_variation_pct,
  ROUND(100.0 * (close_price - year_base_close) / year_base_close, 2) AS year_variation_pct,
  CASE WHEN high_so_far > prior_high_52w THEN high_so_far ELSE prior_high_52w END AS high_52w,
  CASE WHEN low_so_far < prior_low_52w THEN low_so_far ELSE prior_low_52w END AS low_52w,
  volume_brl,
  shares_traded,
  trades_count,
  updated_at
FROM chained;

CREATE VIEW view_fiis_dividends AS
SELECT
  d.ticker,
  d.record_date,
  d.ex_date,
  d.payment_date,
  d.reference_month,
  d.announced_at,
  d.payout_type,
  d.amount_per_share,
  d.previous_amount_per_share,
  ROUND(100.0 * (d.amount_per_share - d.previous_amount_per_share) / d.previous_amount_per_share, 2)
    AS amount_change_pct,
  d.record_date_price,
  ROUND(100.0 * d.amount_per_share / d.record_date_price, 2) AS yield_pct,
  ROUND(100.0 * d.income_12m_per_share / d.record_date_price, 2) AS yield_12m_pct,
  ROUND(1.0 * d.amount_per_share * r.shares_outstanding, 2) AS total_amount,
  d.payout_type = 'rendimento' AS is_tax_exempt,
  d.status,
  'https://avisos.example/fiis/' || d.ticker || '/' || d.notice_code AS notice_url,
  d.updated_at
FROM dividends d
JOIN monthly_reports r ON r.ticker = d.ticker;

CREATE VIEW view_fiis_news AS
SELECT
  n.news_id,
  c.ticker,
  n.published_at,
  n.title,
  n.summary,
  'https://noticias.example/fiis/' || n.news_id AS url,
  n.source_name,
  n.author_name,
  n.category,
  n.topic,
  n.tags,
  n.category = 'fato relevante' AS is_material_fact,
  CASE
    WHEN c.sentiment_score >= 0.2 THEN 'positivo'
    WHEN c.sentiment_score <= -0.2 THEN 'negativo'
    ELSE 'neutro'
  END AS sentiment,
  c.sentiment_score,
  c.relevance_score,
  n.collected_at
FROM news n
JOIN news_funds c ON c.news_id = n.news_id;

CREATE VIEW view_fiis_properties AS
SELECT
  r.ticker,
  p.property_id,
  p.property_name,
  p.asset_class,
  p.address,
  p.city,
  p.state,
  p.gross_leasable_area_m2,
  ROUND(p.gross_leasable_area_m2 * r.ownership_stake_pct / 100.0, 2) AS owned_area_m2,
  r.ownership_stake_pct,
  r.vacancy_pct,
  r.financial_vacancy_pct,
  r.delinquency_pct,
  r.main_tenants,
  r.tenants_count,
  r.revenue_share_pct,
  r.lease_type,
  r.remaining_lease_years,
  ROUND(p.appraised_m2_value * p.gross_leasable_area_m2 * r.ownership_stake_pct / 100.0, 2) AS appraisal_value,
  r.reference_date,
  r.updated_at
FROM property_reports r
JOIN properties p ON p.property_id = r.property_id;

CREATE VIEW view_fiis_lawsuits AS
WITH latest AS (
  SELECT m.ticker, m.case_number, m.movement_date, m.movement
  FROM lawsuit_movements m
  WHERE m.movement_date = (
    SELECT MAX(o.movement_date)
    FROM lawsuit_movements o
    WHERE o.ticker = m.ticker AND o.case_number = m.case_number
  )
)
SELECT
  l.ticker,
  l.case_number,
  l.case_kind,
  l.case_class,
  l.subject,
  l.court,
  l.court_level,
  l.state,
  l.fund_role,
  l.counterparty_name,
  l.filing_date,
  l.claim_value,
  l.loss_probability,
  COALESCE(l.provision_value, 0) AS provision_value,
  l.expected_impact,
  l.status,
  m.movement AS last_movement,
  m.movement_date AS last_movement_date,
  l.is_sealed,
  l.updated_at
FROM lawsuits l
LEFT JOIN latest m ON m.ticker = l.ticker AND m.case_number = l.case_number;

-- Months without 24 months of history behind them serve as bases only and are not shown.
CREATE VIEW view_market_indicators AS
SELECT
  i.indicator_code,
  i.indicator_name,
  i.category,
  v.reference_date,
  i.frequency,
  v.value,
  i.value_unit,
  v.previous_value,
  v.index_level,
  CASE
    WHEN i.value_unit = 'pontos' THEN ROUND(100.0 * (v.value - v.previous_value) / v.previous_value, 2)
    ELSE v.value
  END AS variation_pct,
  ROUND(100.0 * (v.index_level - m.index_level) / m.index_level, 2) AS month_to_date_pct,
  ROUND(100.0 * (v.index_level - y.index_level) / y.index_level, 2) AS year_to_date_pct,
  ROUND(100.0 * (v.index_level - a.index_level) / a.index_level, 2) AS last_12m_pct,
  ROUND(100.0 * (v.index_level - b.index_level) / b.index_level, 2) AS last_24m_pct,
  v.is_preliminary,
  i.source_name,
  v.published_at,
  v.published_at AS updated_at
FROM indicator_values v
JOIN indicators i ON i.indicator_code = v.indicator_code
JOIN indicator_values m ON m.indicator_code = v.indicator_code AND m.month_number = v.month_number - 1
JOIN indicator_values y ON y.indicator_code = v.indicator_code AND y.month_number = (v.month_number / 12) * 12 - 1
JOIN indicator_values a ON a.indicator_code = v.indicator_code AND a.month_number = v.month_number - 12
JOIN indicator_values b ON b.indicator_code = v.indicator_code AND b.month_number = v.month_number - 24;

CREATE VIEW view_market_rates AS
SELECT
  r.rate_code,
  r.rate_name,
  r.rate_kind,
  q.rate_date,
  t.term_days,
  t.term_label,
  q.maturity_date,
  q.annual_rate_pct,
  q.monthly_rate_pct,
  q.daily_rate_pct,
  r.base_currency,
  r.quote_currency,
  q.bid_rate,
  q.ask_rate,
  q.ptax_rate,
  q.daily_variation_pct,
  q.change_bps,
  q.effective_from,
  r.source_name,
  q.updated_at
FROM (
  SELECT
    rate_code,
    rate_date,
    term_days,
    maturity_date,
    annual_rate_pct,
    monthly_rate_pct,
    daily_rate_pct,
    NULL AS bid_rate,
    NULL AS ask_rate,
    NULL AS ptax_rate,
    NULL AS daily_variation_pct,
    ROUND(100.0 * (annual_rate_pct - previous_annual_rate_pct), 2) AS change_bps,
    effective_from,
    updated_at
  FROM interest_quotes
  UNION ALL
  SELECT
    rate_code,
    rate_date,
    0,
    NULL,
    NULL,
    NULL,
    NULL,
    bid_rate,
    ask_rate,
    ptax_rate,
    ROUND(100.0 * (ask_rate - previous_ask_rate) / previous_ask_rate, 2),
    NULL,
    NULL,
    updated_at
  FROM currency_quotes
) q
JOIN rates r ON r.rate_code = q.rate_code
JOIN rate_terms t ON t.term_days = q.term_days;
