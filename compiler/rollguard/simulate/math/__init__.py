"""Evaluate metric math over series, with CloudWatch's handling of missing values."""

from rollguard.language.metric_math import Expression as Expression
from rollguard.language.metric_math import MathError as MathError
from rollguard.language.metric_math import parse as parse
from rollguard.simulate.math.evaluate import evaluate as evaluate
from rollguard.simulate.math.queries import evaluate_queries as evaluate_queries
from rollguard.simulate.math.queries import unarrived as unarrived
