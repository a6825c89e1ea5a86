"""Une interaction qui attend des données ne se place pas par la directive."""

from interaction import SCRIPTS, known_interactions


def test_la_directive_ne_connait_que_les_figures_sans_donnees():
    assert {"parier", "portes"} <= {path.stem for path in SCRIPTS.glob("*.js")}
    known = known_interactions()
    assert "saturation" in known
    assert not {"parier", "portes"} & set(known)
