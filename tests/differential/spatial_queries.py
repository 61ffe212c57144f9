"""Random tables and random queries with spatial joins.

A query is text with marks: `‹p›` around a condition or a distance that may be answered by a look-up.
`written` is the query as a user writes it; in `by_hand` the marked parts are dressed so that nobody
recognises them, which leaves nested loops over all pairs.
"""

import math
import re

TABLES = {"pts": "point", "areas": "area", "ways": "line", "things": "any"}
COLUMNS = "id, k, g, name"


def written(query):
    return query.replace("‹", "").replace("›", "").replace("⟨", "").replace("⟩", "")


def by_hand(query):
    query = query.replace("‹", "coalesce(").replace("›", ", false)")
    return query.replace("⟨", "(0.0 + ").replace("⟩", ")")


def for_postgis(query):
    """The query for PostgreSQL, or None when it has no such joins."""
    if re.search(r"\b(SEMI|ANTI) JOIN\b", query):
        return None
    return written(query)


def text(shape):
    return f"ST_GeomFromText('{shape}')"


def box(x, y, w, h):
    return f"({x} {y}, {x + w} {y}, {x + w} {y + h}, {x} {y + h}, {x} {y})"


def spiral(x, y, turns):
    """A band that winds around (x, y)."""
    steps = range(8 * turns + 1)
    at = lambda step, more: ((1 + step / 8 + more) * math.cos(step * math.pi / 4), (1 + step / 8 + more) * math.sin(step * math.pi / 4))
    ring = [at(step, 0) for step in steps] + [at(step, 0.4) for step in reversed(steps)]
    return "(" + ", ".join(f"{x + px:.3f} {y + py:.3f}" for px, py in [*ring, ring[0]]) + ")"


def odd_area(c, x, y):
    """Holes, parts that touch, slivers, spirals, the very large and the very small."""
    form = c.below(9)
    if form == 0:
        return f"POLYGON({box(x, y, 4, 4)}, {box(x + 1, y + 1, 2, 2)})"
    if form == 1:
        return f"POLYGON({box(x, y, 4, 4)}, ({x} {y}, {x + 2} {y + 1}, {x + 1} {y + 2}, {x} {y}))"
    if form == 2:
        return f"MULTIPOLYGON(({box(x, y, 1, 1)}), ({box(x + 1, y + 1, 2, 1)}))"
    if form == 3:
        return f"MULTIPOLYGON(({box(x, y, 3, 3)}, {box(x + 1, y + 1, 1, 1)}), ({box(x + 4, y, 1, 5)}))"
    if form == 4:
        return f"POLYGON(({x} {y}, {x + 4} {y}, {x + 4} {y + 1e-9}, {x} {y}))"
    if form == 5:
        return f"POLYGON({spiral(x, y, 1 + c.below(4))})"
    if form == 6:
        return f"POLYGON({box(-1e300, -1e300, 2e300, 2e300)})" if c.chance(30) else f"POLYGON({box(-1e6, -1e6, 2e6, 2e6)})"
    if form == 7:
        # Smaller ones have no area: invalid, and PostGIS says of them now this, now that.
        return f"POLYGON({box(0, 0, 1e-150, 1e-150)})" if c.chance(30) else f"POLYGON({box(x, y, 1e-9, 1e-9)})"
    # The same border cut at other places.
    return f"POLYGON(({x} {y}, {x + 1} {y}, {x + 2} {y}, {x + 2} {y + 2}, {x} {y + 2}, {x} {y + 1}, {x} {y}))"


def odd_line(c, x, y):
    form = c.below(5)
    if form == 0:
        return f"LINESTRING({x} {y}, {x + 2} {y}, {x + 1} {y})"  # back over itself
    if form == 1:
        return f"LINESTRING({x} {y}, {x + 2} {y}, {x + 2} {y + 2}, {x} {y})"  # closed
    if form == 2:
        return f"MULTILINESTRING(({x} {y}, {x + 1} {y}), ({x + 1} {y}, {x + 1} {y + 3}))"
    if form == 3:
        return f"LINESTRING({x} {y}, {x + 2} {y + 2}, {x} {y + 2}, {x + 2} {y})"  # crosses itself
    return f"LINESTRING({x} {y}, {x + 1e-9} {y}, {x + 3} {y + 1e-9})"


def odd_point(c, x, y):
    form = c.below(4)
    if form == 0:
        return f"MULTIPOINT(({x} {y}), ({x + 2} {y + 1}))"
    if form == 1:
        return f"POINT({x + 1e-12} {y})"
    if form == 2:
        return f"POINT({x + 0.5} {y + 0.5})"
    return "POINT(1e300 -1e-300)"


def geometry(c, kind):
    if kind == "any":
        kind = c.pick(["point", "area", "line"])
    shape = c.below(14)
    if shape == 11:
        return "NULL"
    if shape == 10:
        return text({"point": "POINT EMPTY", "line": "LINESTRING EMPTY", "area": "POLYGON EMPTY"}[kind])
    x, y = c.below(7), c.below(7)
    if shape >= 12:
        return text({"point": odd_point, "line": odd_line, "area": odd_area}[kind](c, x, y))
    if kind == "point":
        return text(f"POINT({x} {y})")
    w, h = 1 + c.below(4), 1 + c.below(4)
    if kind == "line":
        middle = f"{x + w} {y}, " if c.chance(30) else ""
        return text(f"LINESTRING({x} {y}, {middle}{x + w} {y + h})")
    if c.chance(30):
        return text(f"POLYGON(({x} {y}, {x + w} {y}, {x} {y + h}, {x} {y}))")
    return text(f"POLYGON({box(x, y, w, h)})")


def tables(c):
    """{name: SELECT}"""
    out = {}
    for name, kind in TABLES.items():
        rows = [
            f"({i}, {c.below(4)}, {geometry(c, kind)}, '{name[0]}{c.below(4)}')"
            for i in range(c.pick([1, 2, 5, 9, 14]))
        ]
        types = "CAST(id AS BIGINT) AS id, CAST(k AS BIGINT) AS k, g, name"
        where = " WHERE false" if c.chance(5) else ""
        out[name] = f"SELECT {types} FROM (VALUES {', '.join(rows)}) AS v(id, k, g, name){where}"
    return out


class Generator:
    def __init__(self, choices):
        self.c = choices
        self.where = []
        self.common = False

    def predicate(self, a, b):
        c = self.c
        if c.chance(50):
            a, b = b, a
        one = c.pick([f"{a}.g"] * 4 + [f"ST_Centroid({a}.g)", f"ST_ConvexHull({a}.g)"])
        other = c.pick([f"{b}.g"] * 4 + [f"ST_Centroid({b}.g)"])
        form = c.below(14)
        if form == 13:
            return f"‹ST_DWithin({one}, {other}, {c.pick([0, 1, 1.5])})›"
        if form == 12:
            return f"‹ST_DWithin({one}, {other}, {c.pick([a, b])}.k)›"
        if form == 11:
            return f"‹{c.pick([1, 1.5])} > ST_Distance({one}, {other})›"
        if form == 10:
            return f"‹ST_Distance({one}, {other}) <= {c.pick([0, 1, 1.5])}›"
        name = ["ST_Intersects", "ST_Contains", "ST_Within", "ST_Covers", "ST_CoveredBy",
                "ST_Touches", "ST_Crosses", "ST_Overlaps", "ST_Equals", "ST_Intersects"][form]
        return f"‹{name}({one}, {other})›"

    def condition(self, a, b):
        return self.c.pick([
            f"{a}.k > 1", f"{b}.k < 2", f"{a}.k = {b}.k", f"{a}.k < {b}.id", f"{b}.name <> 'p1'",
            f"({a}.k = 1 OR {b}.k = 2)", "true", f"{a}.id IS NOT NULL",
            f"‹ST_Intersects({a}.g, {b}.g)›",
        ])

    def on(self, a, b):
        parts = [self.predicate(a, b)]
        while self.c.chance(30):
            parts.insert(self.c.below(2) * len(parts), self.condition(a, b))
        return " AND ".join(parts)

    def table(self):
        c = self.c
        name = c.pick(list(TABLES))
        form = c.below(20)
        if form < 13:
            return name
        if form < 15:
            return f"(SELECT * FROM {name} WHERE k < 3)"
        if form < 16:
            other = c.pick(list(TABLES))
            return (f"(SELECT {COLUMNS} FROM {name} UNION ALL "
                    f"SELECT id + 100, k, g, name FROM {other})")
        if form < 18:
            self.common = True
            return "c0"
        one, other = c.pick([("pts", "areas"), ("ways", "areas"), ("things", "ways")])
        return (f"(SELECT {one}.id * 100 + {other}.id AS id, {other}.k AS k, {one}.g AS g, "
                f"{other}.name AS name FROM {one} JOIN {other} ON {self.predicate(one, other)})")

    def lateral(self, outer, name):
        c = self.c
        items = c.pick([f"e.id, e.k, e.g, e.name", "*", "e.*",
                        f"e.id, e.k, e.g, e.name, ST_Distance(e.g, {outer}.g) AS d",
                        f"e.id + {outer}.k AS id, e.k, e.g, e.name"])
        table = c.pick(list(TABLES))
        where = c.pick(["", "", " WHERE e.k > 0"])
        if c.chance(30):
            where = f" WHERE ‹ST_DWithin(e.g, {outer}.g, 2)›"
        if c.chance(30):
            where = f" WHERE {self.predicate('e', outer)}"
            order = c.pick(["", " ORDER BY e.id LIMIT 2", " ORDER BY e.name DESC, e.id LIMIT 1"])
        else:
            order = (f" ORDER BY ⟨ST_Distance(e.g, {outer}.g)⟩, e.id"
                     f" LIMIT {c.pick([1, 2, 5])}")
        return f"LATERAL (SELECT {items} FROM {table} AS e{where}{order}) AS {name}"

    def from_clause(self):
        c = self.c
        clause, visible = f"{self.table()} AS a", ["a"]
        for name in ["b", "c"][:1 + c.below(2)]:
            outer = c.pick(visible)
            form = c.below(24)
            if form >= 22:
                kind = c.pick(["JOIN", "LEFT JOIN"])
                clause += f" {kind} {self.lateral(outer, name)} ON true"
                visible.append(name)
                continue
            if form >= 19:
                clause += f"{c.pick([',', ' CROSS JOIN'])} {self.table()} AS {name}"
                self.where.append(self.on(outer, name))
                visible.append(name)
                continue
            if form >= 15:
                kind = c.pick(["SEMI JOIN", "ANTI JOIN"])
                clause += f" {kind} {self.table()} AS {name} ON {self.on(outer, name)}"
                continue
            kind = c.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT JOIN"])
            if c.chance(12):
                inner = name + "2"
                on = c.pick([f"{name}.k = {inner}.k", self.predicate(name, inner)])
                joined = (f"({self.table()} AS {name} {c.pick(['JOIN', 'LEFT JOIN'])} "
                          f"{self.table()} AS {inner} ON {on})")
                clause += f" {kind} {joined} ON {self.on(outer, name)}"
                visible += [name, inner]
                continue
            clause += f" {kind} {self.table()} AS {name} ON {self.on(outer, name)}"
            visible.append(name)
        return clause, visible

    def more_conditions(self, visible):
        c = self.c
        while c.chance(35):
            v = c.pick(visible)
            form = c.below(10)
            if form < 4:
                self.where.append(c.pick([f"{v}.k > 0", f"{v}.id IS NULL", f"{v}.name LIKE '%1'"]))
            elif form < 8:
                more = c.pick(["", "", " AND e.k > 1", f" AND {v}.k > 0"])
                self.where.append(
                    f"{c.pick(['', 'NOT '])}EXISTS (SELECT 1 FROM {c.pick(list(TABLES))} AS e "
                    f"WHERE {self.predicate('e', v)}{more})")
            else:
                self.where.append(f"(SELECT count(*) FROM {c.pick(list(TABLES))} AS e "
                                  f"WHERE {self.predicate('e', v)}) > {c.below(3)}")

    def query(self):
        c = self.c
        clause, visible = self.from_clause()
        self.more_conditions(visible)
        form, group = c.below(10), ""
        if form < 3:
            items = ", ".join(f"{v}.{column} AS {column}_{v}"
                              for v in visible for column in ("id", "k", "name"))
        elif form < 5:
            items = "*"
        elif form < 7:
            items = ", ".join(f"{v}.*" for v in visible[:1 + c.below(len(visible))])
        elif form < 9:
            items = ", ".join(f"{v}.{c.pick(['id', 'k', 'g', 'name'])}" for v in visible)
        else:
            v = c.pick(visible)
            items = f"{v}.k AS key, count(*) AS n, sum({c.pick(visible)}.id) AS total"
            group = f" GROUP BY {v}.k"
        text = f"SELECT {items} FROM {clause}"
        if self.where:
            text += " WHERE " + " AND ".join(self.where)
        text += group
        if self.common:
            text = f"WITH c0 AS (SELECT {COLUMNS} FROM {c.pick(list(TABLES))} WHERE k <> 2) {text}"
        return text


def case(choices):
    """({table: SELECT}, query with marks)"""
    data = tables(choices)
    return data, Generator(choices).query()
