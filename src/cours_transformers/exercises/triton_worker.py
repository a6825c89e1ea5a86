"""Processus à part, où s'exécutent les noyaux Triton d'un lecteur, sans GPU.

Lancé comme un script par ``triton_subprocess``, avec ``TRITON_INTERPRET=1`` : il reçoit
une demande par ligne, en JSON, et répond d'une ligne. Il n'importe rien du paquet.
Chaque lecture et chaque écriture du noyau est comparée aux tableaux qu'on lui a
donnés : un débordement devient une phrase, au lieu d'une erreur de segmentation.
"""

import contextlib
import io
import json
import os
import sys

import numpy as np

KEPT = 2000  # caractères affichés par un noyau que l'on rapporte
# Nombres laissés entre deux tableaux : un débordement plus court que la moitié est
# rapporté au bon, où que l'allocateur les pose.
MARGIN = 1 << 16
SELF_TEST = {
    "text": "def essai(x_ptr, n, BLOCK: tl.constexpr):\n"
    "    i = tl.arange(0, BLOCK)\n"
    "    x = tl.load(x_ptr + i, mask=i < n, other=0.0)\n"
    "    tl.store(x_ptr + i, x + 1.0, mask=i < n)\n",
    "first": 1,
    "name": "essai",
    "grid": 1,
    "arguments": [{"shape": [3], "values": [1.0, 2.0, 3.0]}, 3, 4],
}


class OutOfBoundsError(Exception):
    """Le noyau lit ou écrit à une adresse qui n'est dans aucun de ses tableaux."""


class Guard:
    """Le module C++ de l'interpréteur, dont chaque accès est d'abord vérifié."""

    def __init__(self, wrapped: object):
        self.wrapped, self.arrays = wrapped, []

    def __getattr__(self, name: str) -> object:
        return getattr(self.wrapped, name)

    def load(self, addresses, mask, *rest):
        """Lit, si toutes les adresses permises par le masque sont dans un tableau."""
        self._check(addresses, mask, "lit")
        return self.wrapped.load(addresses, mask, *rest)

    def store(self, addresses, values, mask):
        """Écrit, à la même condition."""
        self._check(addresses, mask, "écrit")
        return self.wrapped.store(addresses, values, mask)

    def atomic_rmw(self, operation, addresses, values, mask, *rest):
        """Modifie, à la même condition."""
        self._check(addresses, mask, "écrit")
        return self.wrapped.atomic_rmw(operation, addresses, values, mask, *rest)

    def _check(self, addresses, mask, verb: str) -> None:
        addresses = np.asarray(addresses)
        inside = ~np.asarray(mask).astype(bool)
        for _, tensor in self.arrays:
            first = tensor.data_ptr()
            last = first + (tensor.numel() - 1) * tensor.element_size()
            inside |= (addresses >= first) & (addresses <= last)
        if not inside.all():
            raise OutOfBoundsError(self._sentence(int(addresses[~inside][0]), verb))

    def _sentence(self, address: int, verb: str) -> str:
        """Dit l'adresse par rapport au tableau dont elle est le plus près."""

        def distance(array: tuple) -> int:
            first = array[1].data_ptr()
            size = array[1].numel() * array[1].element_size()
            return max(first - address, address - first - size)

        name, tensor = min(self.arrays, key=distance)
        if distance((name, tensor)) > MARGIN // 2 * tensor.element_size():
            return f"le noyau {verb} très loin de tous ses tableaux"
        offset = (address - tensor.data_ptr()) // tensor.element_size()
        sign, count = "-" if offset < 0 else "+", tensor.numel()
        return (
            f"le noyau {verb} hors du tableau : à `{name} {sign} {abs(offset)}`, alors "
            f"que ce tableau a {count} nombre{'s' * (count > 1)}"
        )


def main() -> None:
    """Répond aux demandes jusqu'à la fermeture de l'entrée."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Un `print` du noyau, ou un `input`, ne doit pas se mêler à nos lignes.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)

    def reply(answer: dict) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        guard = prepare()
    except BaseException as error:
        reply({"obstacle": f"{type(error).__name__} : {error}"[:300]})
        return
    reply({"obstacle": ""})
    for line in requests:
        reply(answer_to(json.loads(line), guard))


def prepare() -> Guard:
    """Importe Triton, pose la garde, et vérifie que l'interpréteur sait additionner."""
    from triton.runtime import interpreter

    guard = Guard(interpreter._interpreter)
    interpreter._interpreter = guard
    answer = answer_to(SELF_TEST, guard)
    if answer.get("arrays", [[]])[0] != [2.0, 3.0, 4.0]:
        said = answer.get("message", "un résultat faux")
        raise RuntimeError(f"l'interpréteur ne fonctionne pas ici ({said})")
    return guard


def answer_to(request: dict, guard: Guard) -> dict:
    """Exécute un noyau : ses tableaux après coup, ou son erreur et sa ligne."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            answer = {"arrays": run(request, guard)}
        except BaseException as error:  # même sys.exit() dans le noyau
            answer = described(error, f"<{request['name']}>")
    return {**answer, "printed": printed.getvalue()[:KEPT]}


def run(request: dict, guard: Guard) -> list[list[float]]:
    """Compile le texte, lance la grille, et rend les tableaux, aplatis."""
    import torch
    import triton
    import triton.language as tl

    scope = {"tl": tl, "triton": triton, "constexpr": tl.constexpr}
    text = "\n" * (request["first"] - 1) + request["text"]
    exec(compile(text, f"<{request['name']}>", "exec"), scope)  # noqa: S102
    function = scope[request["name"]]
    names = function.__code__.co_varnames
    arguments = spread(request["arguments"])
    guard.arrays = [
        (name, a)
        for name, a in zip(names, arguments, strict=False)
        if isinstance(a, torch.Tensor)
    ]
    triton.jit(function)[(request["grid"],)](*arguments)
    return [tensor.flatten().tolist() for _, tensor in guard.arrays]


def spread(arguments: list) -> list:
    """Pose tous les tableaux dans un même bloc, ``MARGIN`` nombres entre deux."""
    import torch

    counts = [len(a["values"]) for a in arguments if isinstance(a, dict)]
    block = torch.zeros(MARGIN + sum(count + MARGIN for count in counts))
    placed, start = [], MARGIN
    for argument in arguments:
        if isinstance(argument, dict):
            values = torch.tensor(argument["values"])
            place = block[start : start + len(values)].copy_(values)
            argument = place.view(argument["shape"])
            start += len(values) + MARGIN
        placed.append(argument)
    return placed


def described(error: BaseException, path: str) -> dict:
    """Type, message et ligne de l'erreur d'origine, que Triton emballe."""
    line = 0
    while True:
        step = error.__traceback__
        while step:
            if step.tb_frame.f_code.co_filename == path:
                line = step.tb_lineno
            step = step.tb_next
        if error.__cause__ is None:
            break
        error = error.__cause__
    kind = type(error).__name__
    return {"error": kind, "message": str(error)[:300], "line": line}


if __name__ == "__main__":
    # Le dossier de ce script contient des modules que rien ne doit prendre pour autres.
    sys.path[:] = [
        p for p in sys.path if p != os.path.dirname(os.path.abspath(__file__))
    ]
    main()
