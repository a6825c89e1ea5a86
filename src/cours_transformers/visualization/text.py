"""Nombres écrits à la française : 2,53 ; 12 800 ; 3·10⁻¹⁷."""

import math
from collections.abc import Iterable
from typing import SupportsFloat

from matplotlib.ticker import Formatter

THIN_SPACE = "\u202f"
MINUS = "\u2212"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fr(x: SupportsFloat, digits: int | None = None) -> str:
    """Écrit un nombre avec une virgule et des espaces fines entre les milliers.

    Sans ``digits``, quatre chiffres significatifs au plus ; les ordres de grandeur
    extrêmes passent en puissances de dix. Jamais « -0 ».

    >>> fr(2.526, 2)
    '2,53'
    """
    value = float(x)
    if math.isnan(value):
        return "non défini"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if digits is not None:
        return _decimal(value, digits)
    if value and not 1e-4 <= abs(value) < 1e7:
        return power_of_ten(value)
    if value == int(value):
        return _decimal(value, 0)
    rounding = max(0, 3 - math.floor(math.log10(abs(value))))
    written = _decimal(value, rounding)
    return written.rstrip("0").rstrip(",") if "," in written else written


def power_of_ten(value: float) -> str:
    """Écrit ``value`` en puissance de dix : 10⁻³, 2,5·10⁸."""
    mantissa, exponent = f"{value:.1e}".split("e")
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
    mantissa = mantissa.removesuffix(".0").replace(".", ",").replace("-", MINUS)
    return power if mantissa == "1" else f"{mantissa}·{power}"


def enumerate_fr(items: list[str]) -> str:
    """Énumère : « a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"


def _decimal(value: float, digits: int) -> str:
    """Écrit ``value`` avec ``digits`` décimales, sans zéro négatif."""
    written = f"{abs(value):,.{digits}f}"
    sign = MINUS if value < 0 and any(c in "123456789" for c in written) else ""
    return sign + written.replace(",", THIN_SPACE).replace(".", ",")


class FrenchFormatter(Formatter):
    """Graduations à la française, toutes avec le même nombre de décimales."""

    def format_ticks(self, values: Iterable[SupportsFloat]) -> list[str]:
        """Écrit les graduations d'un axe, ensemble."""
        ticks = [float(v) for v in values]
        largest = max((abs(t) for t in ticks), default=0.0)
        if largest >= 1e6 or 0 < largest < 1e-3:
            return [fr(t) for t in ticks]
        for digits in range(6):
            if all(abs(round(t, digits) - t) <= 1e-6 * largest for t in ticks):
                break
        return [fr(t, digits) for t in ticks]

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Écrit une graduation seule."""
        return fr(x)


class FrenchLogFormatter(Formatter):
    """Graduations logarithmiques : en clair de 0,01 à 10 000, en puissances au-delà."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Écrit une graduation."""
        return fr(x) if 0.01 <= x <= 10_000 else power_of_ten(x)
