"""One message: what a person reads about one status of one incident, and the attributes that subscriptions filter by."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

from rollguard.recorder import bounded
from rollguard.recorder.clean import ascii_line, line, lines, within_bytes
from rollguard.recorder.fields import values
from rollguard.recorder.next_steps import Step, next_steps
from rollguard.recorder.words import when

#: Bytes of a body: SNS takes 256 KiB (aws-facts 7.4), in which JSON may need two bytes for one, beside a summary of the record.
MOST_BODY = 48_000
#: SNS: "less than 100 characters long".
MOST_SUBJECT = 99

#: The paragraphs of our own text, in reading order. It needs no template, so it is what is left when one fails.
PLAIN = ("headline", "criteria", "exposure", "revisions", "times", "notKnown", "nextSteps", "links")


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is told. `subject` is ASCII without control characters, 1 to 99 characters; `body` at most `MOST_BODY` bytes.

    `attributes` are SNS message attributes; `criteria` among them is a JSON array, the others are text. None is empty. `steps` are what to
    do next, for forms that show them in a place of their own.
    """

    subject: str
    body: str
    attributes: dict[str, str]
    message_id: str
    steps: tuple[Step, ...]


def message(
    record: Mapping[str, Any],
    status: str,
    kind: str,
    texts: object,
    *,
    message_id: str,
    repeated: bool = False,
    follow: Collection[str] | None = None,
) -> Message:
    """The message about `status` for a channel of `kind`, from the skeletons of the guard sheet (`texts[status]`), else our own text.

    `follow` are the statuses that the channel is told of at all, which decides what may be announced; None is every one. Never raises for
    what a record or the sheet's texts hold: a skeleton that cannot be filled in is left out, and the message says so. So it does where the
    compiler had to leave a team's template out, which `broken` beside the skeleton says.
    """
    steps = next_steps(record, status, follow)
    known = values(record, status, kind, steps)
    skeleton = bounded.mapping(bounded.mapping(texts).get(status))
    subject, no_subject = _filled(skeleton.get("subject"), known)
    body, no_body = _filled(skeleton.get("body"), known)
    opening = [_repeated(message_id) if repeated else "", _late(record, status)]
    if broken := line(skeleton.get("broken"), 300):
        opening.append(f"(The team's message template is broken: {broken}. This is Rollguard's own text.)")
    if failed := no_body or no_subject or (skeleton and not body and "it has no text"):
        subject = body = ""
        opening.append(
            f"(The message template for `{status}` could not be filled in: {failed}. This is Rollguard's own text.)"
        )
    paragraphs = [known[name] for name in PLAIN]
    whole = body or "\n\n".join(paragraphs)
    head, _, rest = whole.partition("\n")
    text = "\n".join([head, *filter(None, opening), rest])
    shown = ascii_line(subject, MOST_SUBJECT) or known["subject"]
    return Message(
        subject=ascii_line(f"Repeated: {shown}" if repeated else shown, MOST_SUBJECT),
        body=within_bytes(lines(text), MOST_BODY, "\n(Cut here: the record has the rest.)"),
        attributes=_attributes(record, status, message_id, repeated),
        message_id=line(message_id, 256),
        steps=steps,
    )


def _filled(skeleton: object, known: Mapping[str, str]) -> tuple[str, str]:
    """A skeleton with its fields filled in, and what is wrong with it. Values are not read for fields again."""
    if skeleton is None:
        return "", ""
    if not isinstance(skeleton, str):
        return "", "it is no text"
    try:
        return Template(skeleton).substitute(known).strip(), ""
    except KeyError as unknown:
        return "", f"there is no field ${line(unknown.args[0], 60)}"
    except ValueError:
        return "", "it has a `$` that begins no field"


def _repeated(message_id: str) -> str:
    return f"(Repeated: it is not certain that this message reached you before. Its id is {line(message_id, 200)}, as the first time.)"


def _late(record: Mapping[str, Any], status: str) -> str:
    """What has happened since, where a message is told after the incident has gone on."""
    reached = [one for one in record.get("reached") or () if isinstance(one, Mapping)]
    places = [place for place, one in enumerate(reached) if one.get("status") == status]
    later = (
        [f"{line(one.get('status'), 30)} at {when(one.get('at'))}" for one in reached[places[-1] + 1 :]]
        if places
        else []
    )
    return f"(This message is late. Since then: {', '.join(later)}.)" if later else ""


def _attributes(record: Mapping[str, Any], status: str, message_id: str, repeated: bool) -> dict[str, str]:
    """At most ten, as a queue with raw delivery takes no more (docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html)."""
    because = [line(id, 64) for id in record.get("because") or ()][:100]
    found = {
        "policy": line(record.get("policy"), 64),
        "environment": line(record.get("environment"), 64),
        "region": line(record.get("region"), 64),
        "team": line(record.get("owner"), 128),
        "status": status,
        "incident": line(record.get("incident"), 128),
        "criteria": json.dumps(because, ensure_ascii=False) if because else "",
        "messageId": line(message_id, 256),
        "repeated": "true" if repeated else "false",
    }
    return {name: value for name, value in found.items() if value}
