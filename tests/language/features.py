"""What the language has, and where each is shown: what it becomes, or what it computes in Keras.

A proof is a fixture of `tests/passes/fixtures`, such as `steps/args`, or a test such as
`keras_backend/test_declared_uses.py::test_a_use[cell]`, below `tests`.
"""

from __future__ import annotations

USES = "keras_backend/test_declared_uses.py::test_a_use"
CONTRACT = "keras_backend/test_declared_contract.py"
DECLARED = "keras_backend/test_declared.py"
PYTHON = "keras_backend/python"

_BLOCK = {
    "doc": "definitions/keys",
    "params": "definitions/keys",
    "inputs": "definitions/keys",
    "weights": "definitions/keys",
    "layers": "definitions/keys",
    "states": f"{USES}[cell]",
    "body": "definitions/keys",
    "outputs": "definitions/keys",
    "mask": "definitions/keys",
    "methods": "definitions/keys",
}
KEYS: dict[str, dict[str, str]] = {
    "Model": {
        "specc": "style/sequential",
        "model": "style/sequential",
        "doc": "documents/docs",
        "style": "layers/functions",
        "imports": "imports/library",
        "define": "definitions/inlined",
        "extends": "extends/all_overrides",
        "variants": "params/variant",
        "separator": "names/separator",
        "dtype": "dtypes/policy",
        "training": "training/all",
        "freeze": "tuning/freeze",
        "lora": "tuning/lora",
        "moved": "tuning/moved",
        "params": "params/types",
        "inputs": "inputs/mapping",
        "weights": "layers/functions",
        "layers": "layers/functions",
        "states": "later/subclassed",  # a model is no cell, and told so
        "body": "layers/functions",
        "outputs": "outputs/mapping",
        "mask": "later/model",
        "methods": "layers/functions",
    },
    "Layer": {
        **dict.fromkeys(_BLOCK, "documents/layer_keys"),
        **dict.fromkeys(("specc", "layer", "imports", "define"), "documents/layer_keys"),
    },
    "Definition": {**_BLOCK, "style": "definitions/capital"},
    "Method": {**dict.fromkeys(_BLOCK, "layers/method_keys"), "export": "layers/method_keys"},
    "Library": dict.fromkeys(
        ("specc", "library", "doc", "imports", "params", "define"), "documents/library_keys"
    ),
    "KerasObject": dict.fromkeys(("specc", "keras", "doc"), "documents/keras_doc"),
    "Deployment": dict.fromkeys(
        (
            "specc",
            "deployment",
            "doc",
            "model",
            "variant",
            "params",
            "weights",
            "non_trainable",
            "export",
            "verify",
        ),
        "documents/deployment_keys",
    ),
    "Input": {
        "name": "inputs/list",
        "shape": "inputs/list",
        "dtype": "inputs/list",
        "batch": "inputs/list",
        "optional": "inputs/optional",
        "sparse": "inputs/sparse",
        "range": "inputs/sparse",
        "doc": "inputs/sparse",
        "if": "inputs/if",
    },
    "Table": dict.fromkeys(("for", "key", "each"), "inputs/table"),
    "Weight": {
        **dict.fromkeys(
            (
                "shape",
                "dtype",
                "initializer",
                "regularizer",
                "constraint",
                "trainable",
                "value",
                "save",
                "doc",
                "if",
            ),
            "layers/weight_keys",
        )
    },
    "Param": {
        "type": "params/types",
        "default": "params/types",
        "min": "params/types",
        "max": "params/types",
        "choices": "params/types",
        "doc": "documents/docs",
    },
    "Step": {
        "expr": "expressions/mapping",
        "for": "control/for",
        "repeat": "control/repeat",
        "if": "control/if_else",
        "body": "control/for",
        "then": "control/if_else",
        "else": "control/if_else",
        "update": "layers/functions",
        "add_loss": "layers/functions",
        "in": "steps/in_keeps_structure",
        "args": "steps/args",
        "name": "names/scopes",
        "as": "steps/list_of_outputs",
        "collect": "steps/collect",
        "trainable": "steps/trainable_and_dtype",
        "dtype": "steps/trainable_and_dtype",
        "keras_name": "steps/keras_name",
    },
    "WeightMapping": dict.fromkeys(
        ("specc", "mapping", "doc", "rules", "ignore"), "documents/mapping_keys"
    ),
    "MappingRule": dict.fromkeys(
        ("from", "to", "concat", "transpose", "rearrange", "sizes", "split", "cast"),
        "documents/mapping_keys",
    ),
    "Moved": dict.fromkeys(("from", "to"), "tuning/moved"),
    "Lora": dict.fromkeys(("targets", "rank"), "tuning/lora")
    | {"alpha": "tuning/lora", "if": "tuning/lora_if"},
}
"""Each key of each part of the language, with a proof in which it is written."""

FEATURES: dict[str, tuple[str, ...]] = {
    # bodies and steps
    "a body is a list of steps": ("steps/reads_the_one_before",),
    "a body is one expression": ("steps/one_expression",),
    "the result is the last step": ("outputs/last_step",),
    "outputs keep their structure": ("outputs/list", "outputs/mapping"),
    "nested outputs of a definition": ("definitions/nested_outputs",),
    "a bare class name": ("steps/bare_name",),
    "a class name with empty arguments": ("steps/empty_arguments",),
    "an alias of a class": ("steps/alias",),
    "a definition wins over a class": ("definitions/hides_class",),
    "objects nested in arguments": ("steps/nested_objects",),
    "layers inside layers": ("steps/wrappers",),
    "one expression": ("expressions/operators",),
    "ordered local names": ("expressions/mapping",),
    "the step before": ("expressions/step_before", "expressions/step_before_several"),
    "the first argument by name": ("steps/first_by_name",),
    "several inputs need `in`": ("inputs/several_need_in",),
    "a name doubles as a local name": ("steps/name_doubles",),
    "several outputs": ("steps/list_of_outputs", "definitions/several_outputs"),
    "`as` rebinds": ("steps/as_rebinds",),
    "collect": ("steps/collect", "steps/collect_then_read"),
    "sharing": ("steps/sharing", f"{USES}[shared]"),
    "loops": ("control/for", "control/for_nested_targets", "control/for_over_mapping"),
    "loops carry what they rebind": ("control/loop_carries", "control/loop_chains"),
    "repeat": ("control/repeat", "control/repeat_zero", f"{USES}[repeated]"),
    "if, then, else": ("control/if_else", "control/if_without_else", "control/if_as"),
    # names
    "scopes": ("names/scopes", "control/loop_is_a_node", "names/definition_opens_scope"),
    "names computed in loops": ("control/for_computed_name", "control/for_computed_twice"),
    "unnamed layers": ("steps/unnamed_counts", "names/unnamed_and_named", f"{USES}[unnamed]"),
    "separator": ("names/separator", "names/separator_collision"),
    "names are unique": ("names/twice", "names/twice_block"),
    "what hides what": ("names/locals_hide", "names/sublayers_hide", "names/hidden_functions"),
    "reserved names": ("layers/reserved",),
    # expressions
    "constants, operators, comparisons": ("expressions/constants", "expressions/comparisons"),
    "conditional expressions": ("expressions/conditional",),
    "indices and slices": ("expressions/index", "expressions/shape_slices"),
    "comprehensions": ("expressions/comprehension",),
    "matrix products": ("expressions/matmul",),
    "static functions": ("expressions/static_functions",),
    "operations of Keras": (
        "keras_backend/test_ops.py::test_it_computes_what_the_function_computes",
    ),
    "random numbers": (
        "expressions/random",
        "keras_backend/test_expression.py::test_random_values_are_fresh_and_repeatable",
        f"{CONTRACT}::test_random_numbers_follow_from_the_seed",
    ),
    "stop_gradient": ("expressions/stop_gradient",),
    "mask_of": ("expressions/mask_of", "keras_backend/test_expression.py::test_a_mask_can_be_read"),
    "the flag `training`": (
        "expressions/training",
        "keras_backend/test_expression.py::test_training_is_the_flag",
    ),
    "weights of the layer behind a node": ("expressions/weight", "layers/embedding_weight"),
    "static and run-time sizes": ("expressions/shape", "expressions/shape_at_run_time"),
    "whole lists of code": ("expressions/whole_shape", "inputs/whole_list"),
    "`==` escapes": ("expressions/escaped", "expressions/equals_sign"),
    "bounds of expressions": (
        "expressions/test_bounds.py::test_limit",
        "passes/test_layer_bounds.py::test_a_million_characters_are_refused_soon",
    ),
    "only what is listed": ("layers/code", "expressions/test_parse.py::test_refuses"),
    "the comma trap": ("source/test_traps.py::test_one_diagnostic_and_its_mend",),
    # definitions and params
    "definitions are inlined": ("definitions/inlined", "definitions/by_position_and_name"),
    "definitions as functions": ("definitions/function", f"{USES}[functions and methods]"),
    "definitions as activation, loss, metric": (
        "keras_backend/test_functions.py::test_activations_losses_and_metrics",
    ),
    "optional inputs of definitions": ("definitions/optional_inputs",),
    "models as definitions": ("definitions/capital", f"{USES}[models in a layer]"),
    "types of params": ("params/types", "params/wrong_types"),
    "params in three forms": ("language/test_reading.py::test_forms_of_params",),
    "defaults over other params": ("params/default_over_others", "definitions/params"),
    "layer params": ("definitions/layer_params",),
    "lines": ("params/lines", "params/lines_wrong"),
    "variants": ("params/variant", "params/missing"),
    "values of the caller": ("params/given_wrong", "test_api.py::test_values_of_params"),
    "imports": (
        "imports/library",
        "imports/layer",
        "imports/model_capital",
        "imports/model_lowercase",
        "imports/through",
        "imports/ring",
    ),
    "the project root": ("source/test_project.py::test_outside",),
    "extends": ("extends/all_overrides", "extends/params", "extends/structure"),
    "tables": ("inputs/table", "steps/sublayer_table", "layers/weights_table"),
    "entries with `if`": ("inputs/if", "steps/sublayer_if", "layers/weight_keys"),
    "inputs as a mapping": ("inputs/mapping",),
    "inputs as a list": ("inputs/list", "inputs/list_of_one"),
    # layers and subclassed models
    "own weights": (
        "layers/weight_keys",
        "layers/functions",
        f"{CONTRACT}::test_it_computes_and_trains_as_the_handwritten_class",
    ),
    "buffers": (
        "layers/weight_keys",
        "specs/models/test_swin.py::test_its_buffers_are_those_computed_by_hand",
    ),
    "weights that nothing reads": ("layers/unread_weights",),
    "sublayers by name": ("steps/sublayers", f"{USES}[nested]"),
    "sublayers in steps": (f"{USES}[loops and several outputs]",),
    "sublayers in lists": (f"{USES}[sublayers of a table]",),
    "sublayers that nothing calls": ("steps/sublayer_unused",),
    "training in layers": (
        "layers/training_weights",
        f"{CONTRACT}::test_it_computes_and_trains_as_the_handwritten_class",
    ),
    "masks produced, passed on, consumed": (
        f"{USES}[mask produced, passed and consumed]",
        f"{USES}[mask of an embedding]",
        "keras_backend/test_declared_uses.py::test_what_masks_do",
    ),
    "optional inputs of layers": (f"{USES}[optional given]", f"{USES}[optional absent]"),
    "nested inputs": (f"{USES}[nested inputs]",),
    "update": (
        "layers/functions",
        f"{CONTRACT}::test_it_computes_and_trains_as_the_handwritten_class",
    ),
    "update and add_loss stand in layers": ("later/effects",),
    "add_loss": (
        "layers/functions",
        f"{CONTRACT}::test_it_computes_and_trains_as_the_handwritten_class",
    ),
    "methods": (
        "layers/methods",
        "layers/method_alone",
        f"{DECLARED}::test_methods_are_further_entry_points",
        f"{CONTRACT}::test_tensorflow_alone_loads_its_export",
    ),
    "cells": (
        f"{USES}[cell]",
        "keras_backend/test_declared_uses.py::test_a_cell_is_stepped_as_by_hand",
        "specs/models/test_feedback.py::test_warms_up_like_the_one_written_by_hand",
    ),
    "wrapped layers": (f"{USES}[time distributed]",),
    "frozen layers": (f"{USES}[frozen]",),
    "layers of another dtype": (
        f"{USES}[of another dtype]",
        f"{CONTRACT}::test_mixed_precision",
    ),
    "a layer alone": (f"{DECLARED}::test_an_unbuilt_layer_comes_back_unbuilt",),
    "sequential, functional, subclassed": (
        "style/sequential",
        "style/no_chain",
        "layers/functions",
    ),
    "a config holds the unexpanded text": (
        f"{DECLARED}::test_the_config_makes_the_same_with_fresh_weights",
        f"{CONTRACT}::test_its_config_is_plain_and_stays_as_it_is",
    ),
    "files load in other processes": (
        f"{DECLARED}::test_a_process_of_its_own_loads_the_same_model",
    ),
    "one Keras object": (
        "documents/keras",
        "documents/keras_optimizer",
        "keras_backend/test_objects.py::test_it_is_what_its_constructor_makes",
    ),
    "Python classes": (
        "imports/python",
        f"{PYTHON}/test_layers.py::test_it_computes_what_the_class_computes",
        f"{PYTHON}/test_layers.py::test_wrapped_repeated_shared_and_as_a_cell",
    ),
    "Python functions": (f"{PYTHON}/test_layers.py::test_functions_in_expressions",),
    "trust": (
        f"{PYTHON}/test_trust.py::test_untrusted_nothing_is_imported",
        f"{PYTHON}/test_trust.py::test_a_spec_beside_a_file_of_settings_gets_no_trust",
    ),
    # training, freezing, renames
    "training": ("training/all", "training/outputs"),
    "freeze": (
        "tuning/freeze",
        "tuning/freeze_nested",
        "keras_backend/test_tuned.py::test_a_frozen_layer_trains_nothing",
    ),
    "lora": (
        "tuning/lora",
        "keras_backend/test_tuned.py::test_training_changes_exactly_what_trains",
    ),
    "globs": (
        "test_globs.py::test_what_a_glob_covers",
        "tuning/freeze_wrong",
        "tuning/lora_nothing",
    ),
    "moved": ("tuning/moved", "passes/test_moved.py::test_keys_are_moved_once"),
    "mappings of weights": ("weights/mapping/test_mapping.py::test_there_and_back",),
    "dtype policies": ("dtypes/policy", "dtypes/wrong"),
    "a user's keras.json": (
        "keras_backend/test_user_settings.py::"
        "test_a_keras_json_of_another_float_type_and_image_format",
    ),
    # YAML
    "scalars of YAML 1.2": ("source/test_scalars.py::test_core_schema",),
    "YAML that is refused": ("source/test_yaml_reader.py::test_refused",),
    "anchors": ("source/test_yaml_reader.py::test_accepted[aliases]",),
    "bounds of documents": (
        "source/test_yaml_reader.py::test_depth_is_bounded_exactly",
        "source/test_yaml_reader.py::test_size_is_bounded",
        "source/test_hostile_yaml.py::test_text",
    ),
    "limits have reasons": ("source/test_yaml_reader.py::test_every_limit_has_its_reason",),
    "keys without effect are errors": ("later/keys_without_effect", "layers/method_keys"),
}
"""Each feature of the language, with what would fail without it."""
