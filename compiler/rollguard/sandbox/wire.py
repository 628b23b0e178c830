"""Property values as they travel between engine and provider: protobuf Structs there, plain values with unknowns and secrets here."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value

from rollguard.sandbox.aws import UNKNOWN, Secret

#: The key that marks an object as something else than it looks: a secret, or an archive of files.
SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
_OF_AN_ARCHIVE = {"files", "hash"}
#: An asset without a text would be none to the engine.
_UNTOLD = "in AWS"

#: What the engine sends for a value that is not known before the deployment, one sentinel per kind (sdk/go/common/resource/plugin/rpc.go).
_UNKNOWNS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


def from_wire(properties: Struct) -> dict[str, object]:
    """The properties as plain values: every unknown as UNKNOWN, every secret as Secret. Entries that are null are left out.

    An archive of files is `{"hash": …, "files": […]}`: what it holds and under which names, but not where on this machine the files lie.
    """
    return {key: _read(value) for key, value in properties.fields.items() if value.WhichOneof("kind") != "null_value"}


def to_wire(properties: Mapping[str, object]) -> Struct:
    """The properties as the engine reads them, secrets wrapped."""
    struct = Struct()
    for key, value in properties.items():
        struct.fields[key].CopyFrom(_written(value))
    return struct


def hidden(value: object) -> object:
    """The value with every secret in it replaced by `[secret]`, fit to be written down."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Mapping):
        return {key: hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hidden(item) for item in value]
    return value


def _read(value: Value) -> object:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        inner = {key: _read(item) for key, item in value.struct_value.fields.items()}
        if inner.get(SECRET_SIGNATURE) == _SECRET:
            return Secret(inner.get("value"))
        if inner.get(SECRET_SIGNATURE) == _ARCHIVE:
            return _archive(inner)
        return inner
    if kind == "list_value":
        return [_read(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    return None


def _archive(properties: Mapping[str, object]) -> dict[str, object]:
    held = properties.get("assets")
    return {"hash": properties.get("hash", ""), "files": sorted(held) if isinstance(held, Mapping) else []}


def _written(value: object) -> Value:
    if isinstance(value, Secret):
        return Value(
            struct_value=Struct(fields={SECRET_SIGNATURE: Value(string_value=_SECRET), "value": _written(value.value)})
        )
    if isinstance(value, Mapping) and set(value) == _OF_AN_ARCHIVE:
        # What the files hold is nowhere here, nor would AWS tell it: the hash stands for all of them.
        held = {name: {SECRET_SIGNATURE: _ASSET, "hash": "", "text": _UNTOLD} for name in value["files"]}
        return _written({SECRET_SIGNATURE: _ARCHIVE, "hash": value["hash"], "assets": held})
    if isinstance(value, Mapping):
        return Value(struct_value=Struct(fields={str(key): _written(item) for key, item in value.items()}))
    if isinstance(value, list | tuple):
        return Value(list_value=ListValue(values=[_written(item) for item in value]))
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if value is None:
        return Value(null_value=NULL_VALUE)
    return Value(string_value=str(value))
