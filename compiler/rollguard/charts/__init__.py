"""Charts of what a simulation found, as SVG text: they know series, timelines and deployments, and nothing of policies."""

from rollguard.charts.describe import describe
from rollguard.charts.model import Moment, ScenarioChart, breaching
from rollguard.charts.paper import with_style
from rollguard.charts.scenario import scenario_chart
from rollguard.charts.sparkline import sparkline
from rollguard.charts.style import STYLE

__all__ = ["Moment", "ScenarioChart", "breaching", "describe", "scenario_chart", "sparkline", "with_style", "STYLE"]
