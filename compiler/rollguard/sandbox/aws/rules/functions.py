"""Rules of Lambda functions: what their archive holds and what their environment may say."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard.sandbox.aws.rules import Complaint, Rule, Site

#: Names that Lambda keeps for itself (developer guide, "Reserved environment variables"), but for those that code may replace.
_RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip
_ENVIRONMENT_BYTES = 4096


def code(site: Site) -> Iterator[Complaint]:
    """Lambda takes any archive and fails when it is first called; a stand-in that waited for that would prove nothing."""
    for name in ("handler", "runtime"):
        if not site.stated(name):
            yield Complaint(f"Parameters Handler and Runtime are mandatory for Zip package type: {name}", (name,))
    handler, files = site.get("handler"), site.get("code.files")
    if not isinstance(handler, str) or not isinstance(files, list):
        return
    module = handler.rpartition(".")[0]
    wanted = {f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"}
    if not any(one in wanted for one in files if isinstance(one, str)):
        yield Complaint(f"Unable to import module '{module}': No module named '{module}' in the archive", ("handler",))


def variables(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, dict):
        return
    reserved = sorted(_RESERVED & set(site.value))
    if reserved:
        words = f"Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {', '.join(reserved)}"  # noqa: E501  # AWS's own sentence
        yield Complaint(words)
    size = sum(len(key) + len(str(value)) for key, value in site.value.items())
    if size > _ENVIRONMENT_BYTES:
        yield Complaint(f"Environment variables must not be larger than {_ENVIRONMENT_BYTES} bytes, got {size}")


RULES: dict[str, Rule] = {"code": code, "variables": variables}
