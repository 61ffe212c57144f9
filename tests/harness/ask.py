"""Asks PostgreSQL beside the program under test."""

import contextlib

import psycopg2


def ask(url, sql, *parameters):
    """Rows of a statement in a transaction of its own, or None when it has none."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else None
