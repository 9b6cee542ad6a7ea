-- What the workload `sqlite` runs in each unit; ?1 is a number from 100 to 199 that differs by unit.
SELECT id, amount, note FROM purchase WHERE customer = ?1 % 50 + 1 ORDER BY id;
SELECT day, amount FROM purchase WHERE day BETWEEN ?1 AND ?1 + 30 ORDER BY day, amount, id;
SELECT region, count(*), sum(amount), avg(amount), max(day)
    FROM purchase JOIN customer ON customer.id = purchase.customer GROUP BY region ORDER BY region;
SELECT customer.name, sum(amount) AS total FROM purchase JOIN customer ON customer.id = purchase.customer
    WHERE day < ?1 GROUP BY customer.id HAVING count(*) > 1 ORDER BY total DESC, customer.id LIMIT 10;
UPDATE purchase SET amount = amount + ?1 WHERE day % 7 = 3;
UPDATE customer SET name = upper(name) || ' / ' || region WHERE id IN (SELECT customer FROM purchase WHERE day > 300);
DELETE FROM purchase WHERE amount < 5000;
WITH RECURSIVE days(day) AS (SELECT 0 UNION ALL SELECT day + 1 FROM days WHERE day < 60)
    SELECT days.day, count(purchase.id) FROM days LEFT JOIN purchase USING (day) GROUP BY days.day;
SELECT a.id, b.id FROM purchase a JOIN purchase b ON b.day = a.day AND b.id > a.id AND b.customer % 5 = a.customer % 5
    ORDER BY a.id, b.id;
SELECT count(DISTINCT note), min(note), max(length(note)), group_concat(substr(note, 6, 2), '-')
    FROM (SELECT note FROM purchase ORDER BY note LIMIT 40);
PRAGMA integrity_check;
