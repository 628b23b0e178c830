"""One message to one channel: composed, given the channel's form, and handed to SNS or EventBridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from rollguard.recorder.forms import Publication, publication
from rollguard.recorder.messages import message
from rollguard.recorder.outbox import Due, Outcome, statuses_of
from rollguard.recorder.record import Record
from rollguard.recorder.situation import Sheet

#: Makes the call that tells a channel of the sheet something of a record.
Compose = Callable[[Record, Due, Sheet], Publication]

#: Before these nothing left this machine; after others, and after a server's error, the message may have.
_NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError)


def compose(record: Record, due: Due, sheet: Sheet) -> Publication:
    """The call that tells `due.channel` of `due.status`. Raises ValueError for a channel that lacks what its kind needs."""
    channel = {**sheet["channels"][due.channel], "name": due.channel}
    told = message(
        record,
        due.status,
        channel["kind"],
        sheet.get("texts"),
        message_id=due.message_id,
        repeated=due.repeated,
        follow=statuses_of(sheet, due.channel),
    )
    return publication(told, channel, record)


@dataclass(frozen=True, slots=True)
class Delivery:
    """`sns` and `events` are boto3 clients."""

    sns: Any
    events: Any
    compose: Compose

    def send(self, record: Record, due: Due, sheet: Sheet) -> Outcome:
        """Send a message. Failures come back, they do not raise: the other channels are told all the same."""
        try:
            call = self.compose(record, due, sheet)
        except Exception as error:  # whatever a template, a sheet or a record holds, the other channels are told
            return Outcome(due, f"cannot be composed: {type(error).__name__}: {error}")
        try:
            if call.service == "sns":
                self.sns.publish(**call.parameters)
                return Outcome(due)
            answer = self.events.put_events(**call.parameters)
            refused = [entry for entry in answer["Entries"] if entry.get("ErrorCode")]
            if refused:
                return Outcome(due, f"{refused[0]['ErrorCode']}: {refused[0].get('ErrorMessage', '')}")
            return Outcome(due)
        except ClientError as error:
            stated = error.response.get("Error", {})
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            return Outcome(due, f"{stated.get('Code', 'error')}: {stated.get('Message', '')}", uncertain=status >= 500)
        except BotoCoreError as error:
            return Outcome(due, f"{type(error).__name__}: {error}", uncertain=not isinstance(error, _NEVER_SENT))
        except (KeyError, TypeError) as error:
            return Outcome(due, f"the answer is not as documented ({type(error).__name__}: {error})", uncertain=True)
