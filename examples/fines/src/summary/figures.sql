-- In `amounts` and `payments`, `max(revision)` picks the row that the other columns come from.
WITH
    happened AS MATERIALIZED (
        SELECT * FROM fines_effects WHERE ?1 IS NULL OR occurred_at <= ?1
    ),
    amounts AS (
        SELECT fine, amount, max(revision) FROM happened WHERE amount IS NOT NULL GROUP BY fine
    ),
    payments AS (
        SELECT fine, paid, max(revision) FROM happened WHERE paid IS NOT NULL GROUP BY fine
    ),
    totals AS (
        SELECT fine, count(*) AS events, coalesce(sum(expense), 0) AS expense,
            max(collection) AS collection, max(appeal) AS appeal
        FROM happened GROUP BY fine
    ),
    fines AS (
        SELECT events, coalesce(amount, 0) AS amount, expense, coalesce(paid, 0) AS paid, collection, appeal
        FROM totals LEFT JOIN amounts USING (fine) LEFT JOIN payments USING (fine)
    )
SELECT
    count(*) AS fines,
    coalesce(sum(events), 0) AS events,
    coalesce(sum(amount), 0) AS amount_cents,
    coalesce(sum(expense), 0) AS expense_cents,
    coalesce(sum(paid), 0) AS paid_cents,
    coalesce(sum(max(amount + expense - paid, 0)), 0) AS outstanding_cents,
    coalesce(sum(paid >= amount + expense), 0) AS fully_paid,
    coalesce(sum(collection), 0) AS in_collection,
    coalesce(sum(appeal), 0) AS appealed
FROM fines
