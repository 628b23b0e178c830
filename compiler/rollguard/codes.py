"""Every diagnostic code. A code is permanent and says nothing about the severity; none is ever given out again.

Bands: Y the file as YAML, S its shape, R the logic of a rollback policy, E environments, P presets, X limits of AWS,
N message templates, T scenarios that were played.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What a code means: a title, and one or two sentences for the reference page and for SARIF."""

    title: str
    explanation: str


CODES: dict[str, Code] = {
    # Y: the file as YAML
    "Y001": Code("not YAML", "The text breaks a rule of YAML, so nothing after this place can be read."),
    "Y002": Code(
        "key set twice",
        "A mapping has the same key twice. YAML readers disagree on which one counts, so neither is trusted.",
    ),
    "Y003": Code("key is not text", "A key must be text. Numbers, `true`, `false` and `null` need quotes to be text."),
    "Y004": Code(
        "anchor, alias or merge key",
        "Copies inside a file hide what a policy says. Values are written out; what is shared goes into `vars` or a preset.",
    ),
    "Y005": Code(
        "tag", "YAML tags turn values into objects of a programming language. The policy language has no use for them."
    ),
    "Y006": Code("more than one document", "One file holds one document, so that a file's name stands for one thing."),
    "Y007": Code(
        "no mapping at the top", "The top level of every file is a mapping that begins with `apiVersion` and `kind`."
    ),
    "Y008": Code(
        "empty file", "The file holds no values. A forgotten file is more likely than a policy without content."
    ),
    "Y009": Code("tab as indentation", "YAML allows only spaces for indentation, as tabs have no agreed width."),
    "Y010": Code("not UTF-8", "Every file is UTF-8, with or without a byte order mark."),
    "Y011": Code(
        "unusable character",
        "Control characters and those that turn the reading direction make a file look different from what it says.",
    ),
    "Y012": Code(
        "bracket or quote left open", "A bracket or quote is opened and not closed, or closed and not opened."
    ),
    "Y013": Code("limit exceeded", "A file has at most 1 MiB, 32 levels of nesting and 50,000 keys and values."),
    "Y014": Code("number too large", "The number does not fit a 64-bit float, in which CloudWatch computes."),
    "Y015": Code(
        "indentation does not fit",
        "Entries of one mapping or list have the same indentation, and the two are not mixed on one level.",
    ),
    "Y016": Code("quotes needed", "Text that begins with an indicator of YAML, or holds `: `, needs quotes."),
    # S: the shape of a file
    "S001": Code("unknown kind or version", "`apiVersion` and `kind` say which schema a file follows."),
    "S002": Code(
        "unknown key", "The language has no such key at this place; a misspelt key would be ignored otherwise."
    ),
    "S003": Code("missing key", "A key that is always needed is not there."),
    "S004": Code("wrong type", "The value is of another type than the key takes."),
    "S005": Code("not one of the words", "The key takes one of a few fixed words."),
    "S006": Code("wrong form", "The text does not have the form that the key asks for, such as a duration or an id."),
    "S007": Code("number out of range", "The number is smaller or larger than the key allows."),
    "S008": Code("too few or too many entries", "The list or mapping has fewer or more entries than it may have."),
    "S009": Code("entry given twice", "A list whose entries must differ has the same one twice."),
    "S010": Code(
        "not exactly one of several keys", "Of some keys exactly one must be there, as each is a way of its own."
    ),
    "S011": Code("no value", "The key is written, but nothing stands behind it."),
    "S012": Code("not built yet", "The language reserves the word; this version of Rollguard does not do it yet."),
    "S013": Code(
        "key of the wrong form", "Keys that an author chooses, such as names of environments, follow a form too."
    ),
    "S014": Code("text too short or too long", "The text is empty, or longer than AWS or a page can show."),
    "S101": Code("no such day", "The date has the right form, but the calendar does not have this day."),
    "S102": Code(
        "period that CloudWatch does not know", "Alarms evaluate periods of 10, 20 or 30 s, or whole minutes."
    ),
    "S103": Code("window too long", "CloudWatch limits how far back an alarm looks."),
    "S104": Code(
        "key that does not fit the signal", "The setting belongs to another kind of signal, or to the alarm itself."
    ),
    "S105": Code("reserved word as an id", "The words of trigger expressions cannot be ids of criteria."),
    "S106": Code("name used twice in a policy", "Criteria and scenarios are referred to by name, so each has its own."),
    "S107": Code(
        "not whole minutes", "CodeDeploy counts traffic shifts and bake times in whole minutes, up to two days."
    ),
    "S108": Code("key that does not fit the platform", "ECS, Lambda and servers are deployed in different ways."),
    "S109": Code("key that the platform needs", "The platform cannot be deployed without this setting."),
    "S112": Code(
        "level out of range",
        "A range has its ends the wrong way round, or a level lies outside the range it belongs to.",
    ),
    "S113": Code("metrics and expression differ", "An expression reads exactly the metrics that stand beside it."),
    "S114": Code("function not for alarms", "CloudWatch refuses this function in the expression of an alarm."),
    "S115": Code(
        "`samples` without a percentile", "The number of samples changes an alarm only where it judges a percentile."
    ),
    "S117": Code("reference out of place", "This place takes no `${…}`, or not this form of it."),
    "S118": Code("parameters of a preset", "A preset's parameters, their examples and its signal do not agree."),
    "S119": Code(
        "function over more than the window",
        "Its result changes with the number of datapoints that CloudWatch fetches, which is more than the window and not published.",
    ),
    "S120": Code(
        "unknown criterion in a scenario", "The scenario names a criterion or an input that the policy does not have."
    ),
    "S121": Code(
        "shapes that hide one another", "A series is one shape and patches to it; anything else hides a part of it."
    ),
    "S122": Code(
        "outside the scenario", "A time lies after the scenario's end, or is too long or too short to be seen."
    ),
    "S123": Code("malformed values", "The text is not in promtool's notation for series."),
    "S124": Code(
        "how long a deployment lasts", "Only a deployment to servers says how long it lasts, and it must say so."
    ),
    "S125": Code("contradictory expectation", "The scenario expects two things that exclude one another."),
    "S126": Code(
        "CSV file that cannot be used",
        "A series in a file has the header `minute,value`, a line for every minute from 0, and numbers or nothing as values.",
    ),
    "S127": Code(
        "period shorter than the metric's",
        "AWS's own services publish at most one datapoint a minute; a shorter period finds most of its slots empty, and costs more.",
    ),
    "S130": Code(
        "secret in clear text",
        "Policies are read by everybody: in git, in the plan and on the site. Only the name of a secret may stand in them.",
    ),
    # R: the logic of a rollback policy
    "R001": Code(
        "no mode", "Whether a criterion observes or rolls back is never a silent default: some level must state it."
    ),
    "R002": Code(
        "hold not possible", "The mechanism has no way to hold a deployment for a person; it stops and rolls back."
    ),
    "R003": Code(
        "policy name used twice", "A policy's name is part of every alarm's name, so it is unique over the project."
    ),
    "R004": Code(
        "traffic of an unknown policy",
        "`trafficOf` in `failure-modes.yaml` names a policy that the project does not have, so its number would be of no effect.",
    ),
    "R010": Code("unknown environment", "The policy names an environment that `environments.yaml` does not have."),
    "R011": Code("unknown channel", "The environment has no notification channel of this name."),
    "R012": Code("override of an unknown criterion", "An environment can only override criteria that the policy has."),
    "R013": Code(
        "scenario for another environment", "A scenario names an environment that the policy does not apply to."
    ),
    "R020": Code("unknown variable", "A `${vars.…}` is set neither by the environment nor by the policy's part of it."),
    "R021": Code("malformed reference", "A `${…}` is none of the forms that the language knows."),
    "R022": Code(
        "known too late", "Names, numbers and rules must be known when the plan is made, not only at deployment."
    ),
    "R023": Code(
        "no CodeDeploy name", "With its variables filled in, the text is no legal name of an application or group."
    ),
    "R024": Code("listener elsewhere", "A deployment shifts traffic on a listener of its own account and Region."),
    "R025": Code(
        "name that is not a plain name",
        "The name becomes part of an IAM permission: an ARN there is a permission for nothing, and `*` one for everything.",
    ),
    "R026": Code(
        "no such predefined configuration",
        "Only CodeDeploy itself has configurations that begin with `CodeDeployDefault.`, and each is for one compute platform.",
    ),
    "R027": Code(
        "metric that CloudWatch refuses",
        "With its variables filled in, a namespace, a metric's name or a dimension is empty, too long or of the wrong characters.",
    ),
    "R030": Code("unit does not fit", "The threshold's unit cannot be converted into the signal's unit."),
    "R031": Code("unknown traffic metric", "`leastTraffic` names a metric that the criterion's signal does not have."),
    "R032": Code("incomplete criterion", "Preset, policy and override together leave out what an alarm needs."),
    "R033": Code(
        "more datapoints than periods", "An alarm that waits for more bad datapoints than it looks at never fires."
    ),
    "R034": Code(
        "low traffic would roll back",
        "Below `leastTraffic` there is no datapoint, and `missing: breaching` calls that bad.",
    ),
    "R035": Code(
        "band and number mixed up",
        "An anomaly is held against its usual band, every other signal against a number; only some thresholds can be a band.",
    ),
    "R036": Code("query held between numbers", "A Metrics Insights query can only be compared with one number."),
    "R037": Code(
        "few samples without effect", "CloudWatch only knows this setting for alarms on a percentile of one metric."
    ),
    "R038": Code(
        "least traffic of a signal without calculation",
        "`leastTraffic` puts a condition around metric math; an anomaly band and a Metrics Insights query take none.",
    ),
    "R040": Code("too few criteria", "The trigger waits for more red criteria than can be red at once."),
    "R041": Code(
        "malformed trigger", "The expression is not made of criterion ids, `and`, `or`, `not` and parentheses."
    ),
    "R042": Code("unknown criterion in the trigger", "The expression names a criterion that the policy does not have."),
    "R043": Code("constant trigger", "In this environment the expression is always true or always false."),
    "R044": Code("criterion that rolls nothing back", "The criterion may roll back, but the trigger never reads it."),
    "R045": Code(
        "direct wiring with a trigger", "Alarms handed over directly each roll back; only `trigger: any` says that."
    ),
    "R046": Code(
        "bypass without a rollback alarm",
        "A bypass is a part of the rollback alarm's rule, which direct wiring does not use.",
    ),
    "R047": Code("criterion that never counts", "The trigger names a criterion that observes in every environment."),
    "R048": Code(
        "trigger without a red criterion",
        "The trigger is true while everything is green, so every deployment would be stopped and rolled back.",
    ),
    "R050": Code("group guarded twice", "Two deployments name the same group; a group has one list of alarms."),
    "R051": Code("application with two platforms", "A CodeDeploy application has exactly one compute platform."),
    "R052": Code(
        "application with two owners",
        "One tool owns an application and its groups; two would undo each other's changes.",
    ),
    "R053": Code(
        "application of two stacks",
        "A stack that holds a part of the policies cannot share a CodeDeploy application with policies of another stack.",
    ),
    "R054": Code(
        "application of two environments",
        "Two environments in one account and Region cannot both make a CodeDeploy application of the same name.",
    ),
    "R055": Code("ECS service of two groups", "CodeDeploy takes one deployment group for an ECS service."),
    "R056": Code("alarm of our own adopted", "An adopted alarm is somebody else's; ours come from criteria."),
    "R060": Code(
        "rollback comes too late",
        "The fastest criterion needs longer than the deployment lasts, so an alarm never stops a deployment that is bad from its start.",
    ),
    "R061": Code(
        "promise that cannot be kept", "The policy promises a rollback sooner than its criteria can be red at best."
    ),
    "R062": Code(
        "criterion that is never in time",
        "Others are faster, but this criterion cannot be red before the deployment is over, or not within what the policy promises.",
    ),
    "R070": Code(
        "nobody to act",
        "A rollback that fails and alarms that stay red after one need somebody who acts, and `notify` tells nobody of it.",
    ),
    "R071": Code(
        "told of the begin, never of the end",
        "Channels are told that a rollback begins, and nobody that it succeeded or that the alarms are OK again.",
    ),
    # E: environments
    "E001": Code("no environments", "Without `policies/environments.yaml` nothing says where policies apply."),
    "E002": Code("file in the wrong place", "The file's `kind` belongs into another place below `policies/`."),
    "E003": Code(
        "Slack channel configured twice",
        "AWS keeps one configuration for a Slack channel in an account, so two of our channels cannot both have it.",
    ),
    "E004": Code(
        "Region of an unknown form", "No Region of AWS is named in this way, so this is most likely a typing error."
    ),
    "E005": Code(
        "no Slack in this partition",
        "Amazon Q Developer in chat applications, which tells Slack, exists in AWS's commercial partition only.",
    ),
    "E006": Code("topic in another Region", "A topic is told from its own Region only."),
    "E007": Code("file with both endings", "Of a `.yaml` and a `.yml` of one name, one would be read in vain."),
    "E008": Code(
        "channel that cannot tell of the recorder's failure",
        "The recorder itself tells PagerDuty, so only a channel with an SNS topic can say that the recorder fails.",
    ),
    "E009": Code(
        "recorder's failure that nobody hears",
        "The alarms on the recorder tell topics of SNS, with no code of ours in between, and the environment has no channel with one.",
    ),
    # P: presets
    "P001": Code("unknown preset", "Neither our catalogue nor the project's has a preset of this name."),
    "P002": Code("unknown parameter", "The preset takes no parameter of this name."),
    "P003": Code("missing parameter", "The preset cannot be used without this parameter."),
    "P004": Code("parameter not filled in", "The preset's signal reads a parameter that was not handed over."),
    "P005": Code("parameter of the wrong shape", "The preset takes a single value, or a list of a certain length."),
    "P006": Code("preset file with another name", "`uses: service/preset` finds a preset by the name of its file."),
    "P007": Code("service with two files", "The presets of one service stand in one file."),
    "P010": Code("outside the vetted range", "The threshold lies outside the range for which the preset was vetted."),
    "P011": Code(
        "threshold the other way round",
        "The preset's signal is bad in one direction, and the policy's threshold waits in the other.",
    ),
    "P012": Code(
        "parameter of the wrong form",
        "CloudWatch knows no dimension of this form, so the alarm would never have data; often an ARN stands where a part of it belongs.",
    ),
    "P013": Code("value of a parameter given twice", "A list of a preset's parameter has the same value twice."),
    "P014": Code(
        "threshold that decides nothing",
        "A share lies between 0 and 100 %, so a threshold beyond that is never met, or always.",
    ),
    # X: limits of AWS
    "X010": Code("expression too long", "An alarm's metric-math expression has at most 1,024 characters."),
    "X011": Code("too many metrics", "An alarm on metric math reads at most 10 metrics."),
    "X020": Code("rule too large", "A composite alarm has at most 100 children, 500 elements and 10,240 characters."),
    "X030": Code("traffic shift too long", "From the first to the last shift CodeDeploy allows 2,880 minutes."),
    "X040": Code("too many alarms on a group", "A deployment group polls at most `limits.codedeployAlarms` alarms."),
    "X041": Code("too many channels on an alarm", "An alarm has at most 5 actions for each state."),
    "X042": Code("too many deployment configurations", "An account has at most 50 custom deployment configurations."),
    "X043": Code("too many event rules", "An event bus takes at most `limits.eventRules` rules."),
    # N: message templates
    "N001": Code("template of no status", "The name of a template's file says which status it is for."),
    "N002": Code("template that cannot be read", "The text is no Jinja2, or uses what message templates do not have."),
    "N003": Code(
        "template that cannot be filled in",
        "The template asks for a value that there is not, or would call or compute something.",
    ),
    "N004": Code(
        "no such field",
        "The recorder fills in a closed list of fields, so that a message cannot fail in the middle of an incident.",
    ),
    "N005": Code("template without end", "A template takes a bounded number of rounds and prints a bounded text."),
    "N006": Code(
        "subject that is sent otherwise",
        "A subject is one line of ASCII with at most 99 characters: mail and SNS take no other, so the recorder changes or cuts it.",
    ),
    # T: what scenarios show
    "T001": Code(
        "expectation not met",
        "Played as CloudWatch and the mechanism would act, the scenario ends otherwise than the policy expects.",
    ),
    "T002": Code(
        "scenario that cannot be played", "The values lead to a calculation that CloudWatch would refuse as well."
    ),
}
