-- ---
-- description: The regions each data source has appeared in.
-- key: [datasource, region]
-- publish: { to: warehouse, view: analytics.datasource_regions }
-- ---
SELECT datasource, region, count(*) AS trips
FROM trips_csv
WHERE datasource IS NOT NULL
GROUP BY datasource, region
