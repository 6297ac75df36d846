"""Plans: which tensor of which weight file is for which slot of a model; pure, no data is read."""

from specc.weights.planning.plan import Asked, Bound, Plan, PlannedFile, Problem, make_plan
from specc.weights.planning.report import CODES, NAMELESS
from specc.weights.planning.rules import Rules, WeightFile, parse_files, parse_globs, parse_rules
from specc.weights.planning.slots_view import SlotsView
from specc.weights.planning.wanted import Kind, Wanted, held_twice

__all__ = [
    "CODES",
    "NAMELESS",
    "Asked",
    "Bound",
    "Kind",
    "Plan",
    "PlannedFile",
    "Problem",
    "Rules",
    "SlotsView",
    "Wanted",
    "WeightFile",
    "held_twice",
    "make_plan",
    "parse_files",
    "parse_globs",
    "parse_rules",
]
