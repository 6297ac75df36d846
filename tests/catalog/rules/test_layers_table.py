"""Every public layer has rules, or stands here as one of which nothing can be told."""

from __future__ import annotations

from specc import catalog
from specc.catalog.rules import SHAPE_RULES, SLOT_RULES

NO_RULE = {
    "FlaxLayer": "refused in specs",
    "JaxLayer": "refused in specs",
    "Lambda": "refused in specs",
    "Layer": "does nothing by itself",
    "TFSMLayer": "refused in specs",
    "TorchModuleWrapper": "refused in specs",
    "Wrapper": "does nothing by itself",
}


def test_a_new_layer_gets_a_rule_or_a_reason():
    public = set(catalog.names(catalog.Kind.LAYER))
    assert public - set(SHAPE_RULES) == set(NO_RULE) & public
    assert public - set(SLOT_RULES) == set(NO_RULE) & public
    assert len(public & set(SHAPE_RULES)) >= 136
