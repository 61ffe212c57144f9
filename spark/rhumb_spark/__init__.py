"""Builds Rhumb's models on Apache Spark with Sedona.

The program compiles one build into a document (`document.schema.json`) and starts `__main__.py` through
spark-submit. Nothing here knows of versions, the state or targets.
"""
