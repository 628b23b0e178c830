"""The names of the function's environment variables, which the compiler sets and the handler reads."""

#: The records bucket, the environment, and (if not empty) that debug lines are logged too.
BUCKET, ENVIRONMENT, DEBUG = "ROLLGUARD_BUCKET", "ROLLGUARD_ENVIRONMENT", "ROLLGUARD_DEBUG"
#: What the function's `handler` is in its archive.
HANDLER = "rollguard.recorder.handler.handle"
