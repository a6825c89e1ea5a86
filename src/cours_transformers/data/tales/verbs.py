"""Les verbes des relatives, à deux temps et deux nombres, rangés par humeur."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """Un verbe à la troisième personne, avec ce qui l'entoure : « ne … plus »."""

    past: tuple[str, str]
    present: tuple[str, str]
    before: str = ""
    after: str = ""

    def forms(self, plural: bool, present: bool) -> tuple[str, str]:
        """Donne (la forme au nombre voulu, la forme à l'autre nombre)."""
        pair = self.present if present else self.past
        return pair[plural], pair[not plural]


def _regular(stem: str, past: str = "", before: str = "", after: str = "") -> Verb:
    """Conjugue un verbe du premier groupe ; ``past`` : son radical à l'imparfait."""
    past = past or stem
    return Verb(
        (past + "ait", past + "aient"), (stem + "e", stem + "ent"), before, after
    )


SIGHTS = (
    _regular("regard"),
    _regular("surveill"),
    _regular("guett"),
    _regular("cherch"),
    _regular("admir"),
    Verb(("attendait", "attendaient"), ("attend", "attendent")),
)
MOODS = {
    "calme": (
        Verb(("dormait", "dormaient"), ("dort", "dorment")),
        _regular("rêv"),
        _regular("repos", before="se "),
        _regular("boug", "bouge", before="ne ", after=" plus"),
        _regular("march", before="ne ", after=" plus"),
    ),
    "gai": (
        _regular("chant"),
        _regular("dans"),
        Verb(("riait", "riaient"), ("rit", "rient")),
        Verb(("souriait", "souriaient"), ("sourit", "sourient")),
    ),
    "peur": (
        _regular("trembl"),
        _regular("cach", before="se "),
        Verb(("courait", "couraient"), ("court", "courent")),
        Verb(("disait", "disaient"), ("dit", "disent"), "ne ", " rien"),
    ),
}
