"""What Keras's classes and functions accept, as data: row 2 of the program.

`data/` is generated from the installed Keras by `tools/generate_catalog.py`; `tables/` says by
hand what signatures don't. Nothing here imports Keras.
"""

from specc.catalog.check import (
    COMPILE_METRICS,
    STEP_KEYS,
    check_arguments,
    check_kept,
    check_object,
    check_step_keys,
    find_object,
    unknown,
)
from specc.catalog.dtypes import is_policy_name, policy_names
from specc.catalog.entry import Call, CallArgument, Entry, Parameter
from specc.catalog.explain import function_with_arguments, not_a_mapping, refused
from specc.catalog.kinds import Kind, Resolved
from specc.catalog.models import model_of
from specc.catalog.naming import snake_case
from specc.catalog.operations import (
    Op,
    Operation,
    OpParameter,
    find_op,
    find_random,
    op_names,
    operators,
    random_names,
)
from specc.catalog.problems import Problem
from specc.catalog.store import all_names, find, keras_version, names
from specc.catalog.value_types import ValueType, nested_objects, replace_objects

__all__ = [
    "COMPILE_METRICS",
    "STEP_KEYS",
    "Call",
    "CallArgument",
    "Entry",
    "Kind",
    "Op",
    "OpParameter",
    "Operation",
    "Parameter",
    "Problem",
    "Resolved",
    "ValueType",
    "all_names",
    "check_arguments",
    "check_kept",
    "check_object",
    "check_step_keys",
    "find",
    "find_object",
    "find_op",
    "find_random",
    "function_with_arguments",
    "is_policy_name",
    "keras_version",
    "model_of",
    "names",
    "nested_objects",
    "not_a_mapping",
    "op_names",
    "operators",
    "policy_names",
    "random_names",
    "refused",
    "replace_objects",
    "snake_case",
    "unknown",
]
