-- ---
-- description: Average per ISO week of figures that are given week by week.
-- ---
weekly_average(figure, week) AS sum(figure) * 1.0 / weeks_spanned(week)
