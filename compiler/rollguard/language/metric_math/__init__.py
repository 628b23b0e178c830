"""The expression language of CloudWatch metric math, as far as an alarm can use it."""

from rollguard.language.metric_math.grammar import parse as parse
from rollguard.language.metric_math.syntax import Expression as Expression
from rollguard.language.metric_math.syntax import MathError as MathError
from rollguard.language.metric_math.syntax import NotComputable as NotComputable
from rollguard.language.metric_math.syntax import write as write
