"""Les nombres de 0 à 999 999 en toutes lettres, de France, de Belgique et de Suisse.

Orthographe de 1990 : un trait d'union partout. Un nombre est donc une suite de mots,
et chacun sera un token.
"""

_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf",
    "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize",
)  # fmt: skip
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
#: Les dizaines qui ont leur propre mot, là où la France compte sur soixante et vingt.
VARIANTS = {
    "france": {},
    "belgique": {7: "septante", 9: "nonante"},
    "suisse": {7: "septante", 8: "huitante", 9: "nonante"},
}
LARGEST = 999_999
#: Tous les mots, des trois pays : le vocabulaire est le même pour tous.
WORDS = (
    *_UNITS, *_TENS.values(), "septante", "huitante", "nonante",
    "vingts", "et", "cent", "cents", "mille",
)  # fmt: skip


def number_words(n: int, variant: str = "france") -> list[str]:
    """Écrit ``n`` en toutes lettres : un mot par élément.

    >>> number_words(381, "suisse")
    ['trois', 'cent', 'huitante', 'et', 'un']

    Raises:
        ValueError: ``n`` hors de [0, 999 999], ou pays inconnu.
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= LARGEST:
        raise ValueError(f"n doit être un entier de 0 à {LARGEST} ; reçu {n!r}")
    if variant not in VARIANTS:
        known = ", ".join(VARIANTS)
        raise ValueError(f"variant doit être l'un de : {known} ; reçu {variant!r}")
    tens = _TENS | VARIANTS[variant]
    thousands, rest = divmod(n, 1000)
    words = []
    if thousands:
        count = _below_thousand(thousands, tens, last=False) if thousands > 1 else []
        words = [*count, "mille"]  # jamais « un mille »
    return [*words, *(_below_thousand(rest, tens) if rest or not thousands else [])]


def spelled(n: int, variant: str = "france") -> str:
    """Écrit ``n`` comme on l'imprime : « quatre-vingt-un »."""
    return "-".join(number_words(n, variant))


def _below_thousand(n: int, tens: dict[int, str], last: bool = True) -> list[str]:
    """Écrit n < 1000 ; « cents » et « vingts » ne prennent un s qu'en fin de nombre."""
    hundreds, rest = divmod(n, 100)
    if not hundreds:
        return _below_hundred(rest, tens, last)
    plural = hundreds > 1 and not rest and last
    words = [_UNITS[hundreds]] if hundreds > 1 else []
    words.append("cents" if plural else "cent")
    return [*words, *(_below_hundred(rest, tens, last) if rest else [])]


def _below_hundred(n: int, tens: dict[int, str], last: bool) -> list[str]:
    ten, unit = divmod(n, 10)
    if n <= 16:
        return [_UNITS[n]]
    if ten == 1:
        return ["dix", _UNITS[unit]]
    if ten in tens:
        link = ["et"] if unit == 1 else []
        return [tens[ten], *link, *([_UNITS[unit]] if unit else [])]
    # La France compte 70 à 79 sur soixante, 80 à 99 sur quatre-vingts.
    if ten == 7:
        link = ["et"] if unit == 1 else []
        return ["soixante", *link, *_below_hundred(n - 60, tens, last)]
    if n == 80:
        return ["quatre", "vingts" if last else "vingt"]
    return ["quatre", "vingt", *_below_hundred(n - 80, tens, last)]
