"""EventBridge: what calls the recorder, and how its own events reach PagerDuty (aws-facts 7.1 to 7.3)."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch

from rollguard.plan.model import Channel, EventRule, PagerDuty, RecorderNames, Tags
from rollguard.targets import names
from rollguard.targets.scope import Scope

#: How long and how often EventBridge tries to deliver: all that it takes (PutTargets, RetryPolicy), so that an outage loses nothing.
LONGEST, MOST = 86_400, 185
#: A sweep that comes late is of no use any more when the next one does the same work.
SWEEP_SECONDS = 300

#: Where PagerDuty takes events, and the field of an event that says whose it is (PagerDuty, Events API v2).
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
ROUTING_KEY = "routing_key"
#: EventBridge's connections always send a header to authorise; PagerDuty looks at the body alone.
ROUTING_HEADER = "X-Routing-Key"


def recorder_rule(
    rule: EventRule,
    recorder: RecorderNames,
    tags: Tags,
    scope: Scope,
    parent: pulumi.Resource | None,
    after: Sequence[pulumi.Resource] = (),
    provider: pulumi.ProviderResource | None = None,
) -> cloudwatch.EventRule:
    """A rule that calls the recorder. `after` is what must stand before, where this program makes it: function, role and queue."""
    name = names.shared(rule.name, scope.region)
    made = _rule(name, rule, tags, scope, pulumi.ResourceOptions(parent=parent, provider=provider))
    cloudwatch.EventTarget(
        name,
        rule=made.name,
        target_id="recorder",
        region=scope.region,
        arn=recorder.function_arn,
        role_arn=recorder.events_role_arn,
        retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
            maximum_event_age_in_seconds=SWEEP_SECONDS if rule.schedule else LONGEST, maximum_retry_attempts=MOST
        ),
        dead_letter_config=cloudwatch.EventTargetDeadLetterConfigArgs(arn=recorder.queue_arn),
        opts=pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=list(after)),
    )
    return made


def pagerduty(
    channel: Channel,
    pagerduty: PagerDuty,
    recorder: RecorderNames,
    scope: Scope,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Resource],
) -> None:
    """The recorder's events for a PagerDuty channel, handed over as they are: what `detail.pagerduty` holds is the event for PagerDuty.

    An input transformer would not do: it escapes no quotes (aws-facts 7.2). The integration key goes into the body from the connection,
    which keeps it in AWS Secrets Manager; no event and no log holds it.
    """
    name = names.shared(channel.name, scope.region)
    opts = pulumi.ResourceOptions(parent=parent)
    key = pulumi.Output.secret(scope.values.text(pagerduty.routing_key))
    connection = cloudwatch.EventConnection(
        name,
        name=pagerduty.name,
        region=scope.region,
        description=f"Hands rollbacks to PagerDuty for channel {channel.name}",
        authorization_type="API_KEY",
        auth_parameters=cloudwatch.EventConnectionAuthParametersArgs(
            api_key=cloudwatch.EventConnectionAuthParametersApiKeyArgs(key=ROUTING_HEADER, value=key),
            invocation_http_parameters=cloudwatch.EventConnectionAuthParametersInvocationHttpParametersArgs(
                bodies=[
                    cloudwatch.EventConnectionAuthParametersInvocationHttpParametersBodyArgs(
                        key=ROUTING_KEY, value=key, is_value_secret=True
                    )
                ]
            ),
        ),
        opts=opts,
    )
    destination = cloudwatch.EventApiDestination(
        name,
        name=pagerduty.name,
        region=scope.region,
        description=f"PagerDuty for channel {channel.name}",
        connection_arn=connection.arn,
        http_method="POST",
        invocation_endpoint=PAGERDUTY,
        opts=opts,
    )
    description = f"Hands what the recorder tells channel {channel.name} to PagerDuty"
    rule = _rule(name, EventRule(pagerduty.name, description, pagerduty.pattern), channel.tags, scope, opts)
    cloudwatch.EventTarget(
        name,
        rule=rule.name,
        target_id="pagerduty",
        region=scope.region,
        arn=destination.arn,
        role_arn=recorder.events_role_arn,
        input_path="$.detail.pagerduty",
        retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
            maximum_event_age_in_seconds=LONGEST, maximum_retry_attempts=MOST
        ),
        dead_letter_config=cloudwatch.EventTargetDeadLetterConfigArgs(arn=recorder.queue_arn),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )


def _rule(name: str, rule: EventRule, tags: Tags, scope: Scope, opts: pulumi.ResourceOptions) -> cloudwatch.EventRule:
    return cloudwatch.EventRule(
        name,
        name=rule.name,
        region=scope.region,
        description=rule.description,
        event_pattern=rule.pattern or None,
        schedule_expression=rule.schedule or None,
        tags=dict(tags) or None,
        opts=opts,
    )
