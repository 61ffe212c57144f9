"""The driver: spark-submit __main__.py SOCKET

Builds one document after the other until the program goes away.
"""

from __future__ import annotations

import sys
import traceback

import pyspark

from rhumb_spark.build import as_build_error, build
from rhumb_spark.channel import Channel
from rhumb_spark.document import parse_document
from rhumb_spark.errors import BuildError
from rhumb_spark.follow import Followed
from rhumb_spark.session import open_session


def carry_out(text: str, channel: Channel) -> None:
    try:
        document = parse_document(text)
        spark = open_session(document.timezone)
        with Followed(spark, channel) as followed:
            build(spark, document)
        channel.send("done", **followed.figures())
    except BuildError as error:
        channel.send("failed", code=error.code, message=error.message, hint=error.hint)
    except Exception as error:  # a mistake of ours: the log has its place
        traceback.print_exc()
        found = as_build_error(error)
        channel.send("failed", code="internal", message=found.message, hint="report this, with the driver's log")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: spark-submit __main__.py SOCKET")
    channel = Channel(sys.argv[1])
    channel.send("ready", spark=pyspark.__version__)
    for text in channel.documents():
        carry_out(text, channel)


if __name__ == "__main__":
    main()
