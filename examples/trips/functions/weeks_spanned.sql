-- ---
-- description: ISO weeks from a group's first to its last one, weeks without a row included.
-- ---
weeks_spanned(week) AS weeks_between(min(week), max(week)) + 1
