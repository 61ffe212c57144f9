"""A state that lies in PostgreSQL, looked at from outside."""

import psycopg2
import psycopg2.extras

# What rhumb.yaml names (STATE_IN_POSTGRES in world.py), and the environment.
STATE_SCHEMA = "fault_state_prod"


class PostgresState:
    """A state in PostgreSQL, asked as the one in a file is."""

    def __init__(self, url):
        self.connection = psycopg2.connect(url, cursor_factory=psycopg2.extras.DictCursor,
                                           options=f"-c search_path={STATE_SCHEMA}")
        self.connection.autocommit = True

    def execute(self, sql, values=()):
        cursor = self.connection.cursor()
        cursor.execute(sql.replace("?", "%s"), values)
        return cursor

    def close(self):
        self.connection.close()
