"""The commands of every resource type that the stand-in knows, by Pulumi's type token."""

from __future__ import annotations

from collections.abc import Mapping

from rollguard.sandbox.aws.commands import (
    Commands,
    chatbot,
    cloudwatch,
    codedeploy,
    events,
    functions,
    iam,
    kms,
    s3,
    sns,
    sqs,
)

COMMANDS: Mapping[str, Commands] = {
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": chatbot.SLACK_CHANNEL,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": cloudwatch.COMPOSITE,
    "aws:cloudwatch/eventApiDestination:EventApiDestination": events.DESTINATION,
    "aws:cloudwatch/eventConnection:EventConnection": events.CONNECTION,
    "aws:cloudwatch/eventRule:EventRule": events.RULE,
    "aws:cloudwatch/eventTarget:EventTarget": events.TARGET,
    "aws:cloudwatch/logGroup:LogGroup": functions.LOG_GROUP,
    "aws:cloudwatch/metricAlarm:MetricAlarm": cloudwatch.METRIC,
    "aws:codedeploy/application:Application": codedeploy.APPLICATION,
    "aws:codedeploy/deploymentConfig:DeploymentConfig": codedeploy.CONFIG,
    "aws:codedeploy/deploymentGroup:DeploymentGroup": codedeploy.GROUP,
    "aws:iam/role:Role": iam.ROLE,
    "aws:iam/rolePolicy:RolePolicy": iam.ROLE_POLICY,
    "aws:kms/alias:Alias": kms.ALIAS,
    "aws:kms/key:Key": kms.KEY,
    "aws:lambda/function:Function": functions.FUNCTION,
    "aws:s3/bucket:Bucket": s3.BUCKET,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": s3.SETTING,
    "aws:s3/bucketObjectv2:BucketObjectv2": s3.OBJECT,
    "aws:s3/bucketPolicy:BucketPolicy": s3.SETTING,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3.SETTING,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": s3.SETTING,
    "aws:s3/bucketVersioning:BucketVersioning": s3.SETTING,
    "aws:sns/topic:Topic": sns.TOPIC,
    "aws:sns/topicPolicy:TopicPolicy": sns.TOPIC_POLICY,
    "aws:sns/topicSubscription:TopicSubscription": sns.SUBSCRIPTION,
    "aws:sqs/queue:Queue": sqs.QUEUE,
    "aws:sqs/queuePolicy:QueuePolicy": sqs.QUEUE_POLICY,
}
