"""Everything that touches Keras. Row 6 of the program; importing it registers specc's classes."""

from specc.keras_backend.checking import check_graph, check_object
from specc.keras_backend.compilation import MAX_PARAMETERS, build_unfilled, compile_graph
from specc.keras_backend.declared import SpecLayer, SpecModel
from specc.keras_backend.expression import Expression
from specc.keras_backend.functions import SpecFunction
from specc.keras_backend.objects import build_layer, build_object
from specc.keras_backend.records import remember_spec
from specc.keras_backend.tuned import register_tuned

register_tuned()

__all__ = [
    "MAX_PARAMETERS",
    "Expression",
    "SpecFunction",
    "SpecLayer",
    "SpecModel",
    "build_layer",
    "build_object",
    "build_unfilled",
    "check_graph",
    "check_object",
    "compile_graph",
    "remember_spec",
]
