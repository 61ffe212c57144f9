-- ---
-- description: Each airport with the county it lies in.
-- key: [iata]
-- assert:
--   - not_null: [iata, county_id]
--   - conserves: { source: airports, lost: 2%, doubled: 0 }
-- ---
SELECT a.iata, a.name, a.location, c.county_id, c.name AS county, c.state
FROM airports AS a
JOIN counties AS c ON ST_Contains(c.geom, a.location)
