-- ---
-- description: Airports, departing and arriving flights per county.
-- key: [county_id]
-- assert:
--   - min_rows: 1000
--   - range: { column: departures, min: 0 }
-- publish:
--   to: warehouse
--   view: analytics.county_traffic
--   indexes: [[state], [county_id]]
--   keep: 1
-- ---
WITH departing AS (
  SELECT origin AS iata, sum(flights) AS flights FROM flights GROUP BY origin
),
arriving AS (
  SELECT destination AS iata, sum(flights) AS flights FROM flights GROUP BY destination
)
SELECT c.county_id, c.name AS county, c.state,
       count(a.iata) AS airports,
       CAST(coalesce(sum(d.flights), 0) AS BIGINT) AS departures,
       CAST(coalesce(sum(r.flights), 0) AS BIGINT) AS arrivals,
       c.geom
FROM counties AS c
JOIN airport_counties AS a USING (county_id)
LEFT JOIN departing AS d ON d.iata = a.iata
LEFT JOIN arriving AS r ON r.iata = a.iata
GROUP BY c.county_id, c.name, c.state, c.geom
