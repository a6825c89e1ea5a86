"""Bibliographie et citations en français : « et », « dans », « p. », le lien en clair.

Les styles fournis écrivent « In », « and » et « pages », et mettent des crochets :
ceux-ci disent la même chose en français, entre parenthèses. On les choisit par
``bibtex_default_style: francais`` et ``bibtex_reference_style: auteur_annee``.
"""

from dataclasses import dataclass
from dataclasses import field as data_field

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style
from pybtex.style.template import field, href, join, names, optional, sentence, tag
from sphinx.application import Sphinx
from sphinxcontrib.bibtex import plugin as bibtex_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def _dash(pages):
    """Joint les deux pages par un tiret demi-cadratin."""
    return str(pages).replace("--", "–")


PAGES = optional["p. ", field("pages", apply_func=_dash)]


class FrenchStyle(Style):
    """Auteurs, titre, lieu de publication, année, lien ; tri par auteur et année."""

    default_sorting_style = "author_year_title"

    def get_article_template(self, e):
        """Article de revue : revue, volume, numéro, pages, année."""
        volume = optional["vol. ", field("volume")]
        number = optional["n° ", field("number")]
        place = sentence[tag("em")[field("journal")], volume, number, PAGES, _year()]
        return _entry(place)

    def get_inproceedings_template(self, e):
        """Communication : titre des actes, volume, pages, année."""
        volume = optional["vol. ", field("volume")]
        place = join["Dans ", tag("em")[field("booktitle")]]
        return _entry(sentence[place, volume, PAGES, _year()])

    def get_techreport_template(self, e):
        """Rapport technique : institution, année."""
        return _entry(sentence["Rapport technique", field("institution"), _year()])


def _year():
    return field("year")


def _entry(place):
    """Assemble ce que toutes les références ont en commun."""
    authors = names("author", sep=", ", sep2=" et ", last_sep=" et ")
    title = join["«\u00a0", field("title"), "\u00a0»"]
    return join(sep=" ")[
        sentence[authors],
        sentence[title],
        place,
        optional[_link("https://arxiv.org/abs/", "eprint", "arXiv:")],
        optional[_link("https://doi.org/", "doi", "doi:")],
    ]


def _link(site: str, name: str, label: str):
    return href[join[site, field(name, raw=True)], join[label, field(name, raw=True)]]


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")", sep="\u202f; ")


def _people() -> PersonStyle:
    return PersonStyle(sep2=" et ", last_sep=" et ")


@dataclass
class AuthorYear(AuthorYearReferenceStyle):
    """« Dao et al. (2022) » dans la phrase, « (Dao et al., 2022) » à côté d'elle."""

    bracket_textual: BracketStyle = data_field(default_factory=_round)
    bracket_parenthetical: BracketStyle = data_field(default_factory=_round)
    person: PersonStyle = data_field(default_factory=_people)


def setup(app: Sphinx) -> dict[str, object]:
    """Rend les deux styles disponibles."""
    register_plugin("pybtex.style.formatting", "francais", FrenchStyle)
    bibtex_plugin.register_plugin(
        "sphinxcontrib.bibtex.style.referencing", "auteur_annee", AuthorYear
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
