"""Mappings: weights of another library under a spec's keys, and back; pure, and lazy."""

from specc.weights.mapping.assigning import Assigned, assign
from specc.weights.mapping.mapped import MappedSource, map_source
from specc.weights.mapping.rules import KeyMapping, MapRule, read_rules

__all__ = [
    "Assigned",
    "KeyMapping",
    "MapRule",
    "MappedSource",
    "assign",
    "map_source",
    "read_rules",
]
