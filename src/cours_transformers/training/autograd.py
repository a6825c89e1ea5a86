"""Dérivation automatique en marche arrière, sur des nombres : l'idée, et rien d'autre.

Chaque opération retient ses opérandes et sa dérivée par rapport à chacun. La marche
arrière part du résultat, et applique la règle de la chaîne (Rumelhart, Hinton et
Williams, 1986) d'un nœud à ses opérandes : ∂L/∂opérande += ∂L/∂nœud · ∂nœud/∂opérande.
"""

import math


class Scalar:
    """Nombre réel qui se souvient du calcul dont il vient.

    ``grad`` reçoit la dérivée de ce dont on appelle ``backward`` ; comme dans PyTorch,
    deux appels s'ajoutent.
    """

    def __init__(self, value: float | int, operands: tuple = ()):
        """Range la valeur, et les couples (opérande, dérivée locale).

        Raises:
            TypeError: ``value`` n'est pas un nombre réel.
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(
                f"value doit être un nombre réel, reçu {type(value).__name__}"
            )
        self.value, self.operands, self.grad = float(value), operands, 0.0

    def __repr__(self) -> str:
        return f"Scalar({self.value:g}, grad={self.grad:g})"

    def __add__(self, other: "Scalar | float | int") -> "Scalar":
        other = _scalar(other)
        return Scalar(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other: "Scalar | float | int") -> "Scalar":
        other = _scalar(other)
        return Scalar(
            self.value * other.value, ((self, other.value), (other, self.value))
        )

    def __pow__(self, exponent: float | int) -> "Scalar":
        slope = exponent * self.value ** (exponent - 1) if exponent else 0.0
        return Scalar(self.value**exponent, ((self, slope),))

    def tanh(self) -> "Scalar":
        """Tangente hyperbolique, de dérivée 1 − tanh²."""
        t = math.tanh(self.value)
        return Scalar(t, ((self, 1 - t**2),))

    def exp(self) -> "Scalar":
        """Exponentielle, qui est sa propre dérivée."""
        e = math.exp(self.value)
        return Scalar(e, ((self, e),))

    def log(self) -> "Scalar":
        """Logarithme naturel, de dérivée 1/x."""
        return Scalar(math.log(self.value), ((self, 1 / self.value),))

    def __neg__(self) -> "Scalar":
        return self * -1.0

    def __sub__(self, other: "Scalar | float | int") -> "Scalar":
        return self + -_scalar(other)

    def __truediv__(self, other: "Scalar | float | int") -> "Scalar":
        return self * _scalar(other) ** -1

    def __rsub__(self, other: float | int) -> "Scalar":
        return _scalar(other) - self

    def __rtruediv__(self, other: float | int) -> "Scalar":
        return _scalar(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        """Ajoute à ``grad``, pour chaque nœud du calcul, la dérivée de ce nombre."""
        flow = {id(self): 1.0}
        for node in reversed(_operands_first(self)):
            node.grad += flow[id(node)]
            for operand, slope in node.operands:
                sent = flow[id(node)] * slope
                flow[id(operand)] = flow.get(id(operand), 0.0) + sent


def _scalar(x: Scalar | float | int) -> Scalar:
    return x if isinstance(x, Scalar) else Scalar(x)


def _operands_first(result: Scalar) -> list[Scalar]:
    """Range les nœuds, chacun après ses opérandes ; sans récursion, qui déborderait."""
    order: list[Scalar] = []
    seen: set[int] = set()
    stack = [(result, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(operand, False) for operand, _ in node.operands]
    return order
