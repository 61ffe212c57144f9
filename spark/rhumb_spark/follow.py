"""Reports what Spark's stages have done, while they do it."""

from __future__ import annotations

import threading
from typing import Any

from pyspark.sql import SparkSession

from .channel import Channel

SECONDS = 0.5


class Followed:
    """Sends `progress` events while the block runs."""

    def __init__(self, spark: SparkSession, channel: Channel) -> None:
        self._store = spark.sparkContext._jsc.sc().statusStore()
        gateway = spark.sparkContext._gateway
        # Stages of any status and any task, without details, without quantiles.
        self._any = (None, False, False, gateway.new_array(gateway.jvm.double, 0), gateway.jvm.java.util.ArrayList())
        self._channel = channel
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._report, name="progress", daemon=True)
        self._known = {stage.stageId() for stage in self._stages()}

    def __enter__(self) -> Followed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _report(self) -> None:
        while not self._stop.wait(SECONDS):
            self._channel.send("progress", **self.figures())

    def _stages(self) -> list[Any]:
        stages = self._store.stageList(*self._any)
        return [stages.apply(i) for i in range(stages.size())]

    def figures(self) -> dict[str, Any]:
        """Of the stages that began since: tasks, and the rows and bytes that went into files."""
        mine = [stage for stage in self._stages() if stage.stageId() not in self._known]
        return {
            "tasks": sum(stage.numTasks() for stage in mine),
            "tasks_done": sum(stage.numCompleteTasks() for stage in mine),
            "rows_read": sum(stage.inputRecords() for stage in mine),
            "rows": sum(stage.outputRecords() for stage in mine),
            "bytes": sum(stage.outputBytes() for stage in mine),
        }
