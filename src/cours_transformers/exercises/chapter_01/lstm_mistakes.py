"""Les confusions de l'exercice 01.4, chacune commise par une variante du même pas."""

from itertools import permutations

import torch

from cours_transformers.exercises.exercise import Misconception


def _step(
    cell=lambda i, f, g, c: f * c + i * g,
    shown=lambda o, c, old: o * c.tanh(),
    kept=lambda c: c,
    order="ifgo",
    gate=torch.sigmoid,
    candidate=torch.tanh,
    uses=(1, 1),
):
    """Un pas de LSTM, juste par défaut, dont on remplace une pièce.

    ``uses`` vaut zéro pour ce qui est ignoré : l'état caché, le biais.
    """

    def step(x_t, h, c, W_x, W_h, b):
        total = x_t @ W_x.T + uses[0] * h @ W_h.T + uses[1] * b
        block = dict(zip(order, total.chunk(4, dim=-1), strict=True))
        i, f, o = (gate(block[name]) for name in "ifo")
        new = cell(i, f, candidate(block["g"]), c)
        return torch.stack([shown(o, new, c), kept(new)])

    return step


# Échanger seulement i et f est une confusion à part.
ORDERS = sorted({"".join(p) for p in permutations("ifgo")} - {"ifgo", "figo"})

MISCONCEPTIONS = (
    Misconception(
        "portes d'entrée et d'oubli échangées",
        _step(cell=lambda i, f, g, c: i * c + f * g),
        "chez vous, i pèse l'ancienne cellule et f la candidate : laquelle des deux "
        "portes décide de ce que l'on garde ?",
    ),
    Misconception(
        "blocs dans un autre ordre",
        tuple(_step(order=order) for order in ORDERS),
        "les équations sont là, mais un bloc y joue le rôle d'un autre : dans quel "
        "ordre l'énoncé les empile-t-il, et lequel doit recevoir la tangente ?",
    ),
    Misconception(
        "sigmoïde sur la candidate",
        _step(candidate=torch.sigmoid),
        "votre candidate est entre 0 et 1, comme une porte : comment la cellule "
        "pourrait-elle alors diminuer, sinon par l'oubli ?",
    ),
    Misconception(
        "candidate sans tangente",
        _step(candidate=lambda g: g),
        "la candidate entre dans la cellule sans être bornée : laquelle des quatre "
        "fonctions d'activation manque ?",
    ),
    Misconception(
        "tanh oubliée en sortie",
        _step(shown=lambda o, c, old: o * c),
        "la cellule sort telle quelle à travers la porte de sortie : elle peut grandir "
        "à chaque pas. Que doit-elle traverser avant d'être montrée ?",
    ),
    Misconception(
        "cellule non portée",
        _step(cell=lambda i, f, g, c: i * g),
        "votre nouvelle cellule ne contient que ce que ce pas écrit : à quoi servent "
        "alors `c` et la porte d'oubli ?",
    ),
    Misconception(
        "portes couplées",
        (
            _step(cell=lambda i, f, g, c: f * c + (1 - f) * g),
            _step(cell=lambda i, f, g, c: (1 - i) * c + i * g),
        ),
        "vous n'écrivez que dans la place que l'oubli libère, à la manière d'une GRU : "
        "une LSTM peut-elle tout garder et écrire en même temps ?",
    ),
    Misconception(
        "porte d'oubli oubliée",
        _step(cell=lambda i, f, g, c: c + i * g),
        "la cellule garde tout, toujours, comme dans la LSTM de 1997 : quelle porte y "
        "a-t-on ajoutée depuis ?",
    ),
    Misconception(
        "porte d'entrée oubliée",
        _step(cell=lambda i, f, g, c: f * c + g),
        "toute la candidate s'écrit dans la cellule, à chaque mot : qui devait en "
        "doser la part ?",
    ),
    Misconception(
        "porte de sortie oubliée",
        _step(shown=lambda o, c, old: c.tanh()),
        "l'état caché montre toute la cellule : lequel des quatre blocs n'avez-vous "
        "pas utilisé ?",
    ),
    Misconception(
        "ancienne cellule montrée",
        _step(shown=lambda o, c, old: o * old.tanh()),
        "votre état caché vient de la cellule d'avant ce pas : que sait-il alors du "
        "mot que l'on vient de lire ?",
    ),
    Misconception(
        "cellule remplacée par sa tangente",
        _step(shown=lambda o, c, old: o * c.tanh(), kept=torch.tanh),
        "la tangente sert à montrer la cellule, et vous la gardez pour le pas suivant "
        "aussi : que resterait-il d'un contenu après cent tangentes ?",
    ),
    Misconception(
        "h et c échangés",
        lambda *inputs: _step()(*inputs).flip(0),
        "les deux tenseurs sont justes, mais renvoyés dans l'autre ordre : lequel "
        "l'énoncé demande-t-il en premier ?",
    ),
    Misconception(
        "un seul état",
        (lambda *inputs: _step()(*inputs)[0], lambda *inputs: _step()(*inputs)[1]),
        "vous ne renvoyez qu'un des deux états : de quoi le pas suivant aura-t-il "
        "besoin pour continuer la lecture ?",
    ),
    Misconception(
        "état caché non porté",
        _step(uses=(0, 1)),
        "vos portes ne regardent que x_t : comment sauraient-elles, devant un même "
        "mot, s'ouvrir ou se fermer selon ce qui précède ?",
    ),
    Misconception(
        "biais oublié",
        _step(uses=(1, 0)),
        "l'entrée et l'état caché y sont : que manque-t-il à la somme pour qu'une "
        "porte puisse être ouverte par défaut ?",
    ),
    Misconception(
        "portes sans sigmoïde",
        (_step(gate=lambda block: block), _step(gate=torch.tanh)),
        "vos portes prennent des valeurs négatives : que voudrait dire garder une part "
        "négative de la cellule ?",
    ),
)
