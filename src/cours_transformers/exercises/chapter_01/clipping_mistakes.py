"""Les confusions de l'exercice 01.5, chacune commise par une autre coupure."""

from torch import Tensor

from cours_transformers.exercises.chapter_01.several import flat, flattened
from cours_transformers.exercises.exercise import Misconception


def _norm(gradients: list[Tensor]) -> Tensor:
    return flat(gradients).norm()


def _scaled(
    factor=lambda norm, limit: limit / norm,
    norm=_norm,
    when=lambda norm, limit: norm > limit,
):
    """Un même facteur pour tous, si ``when`` ; chaque pièce peut être fausse."""

    @flattened
    def clip(gradients: list[Tensor], max_norm: float) -> list[Tensor]:
        size = norm(gradients)
        scale = factor(size, max_norm) if when(size, max_norm) else 1
        return [g * scale for g in gradients]

    return clip


MISCONCEPTIONS = (
    Misconception(
        "coupure par valeur",
        (
            flattened(lambda gradients, m: [g.clamp(-m, m) for g in gradients]),
            flattened(lambda gradients, m: [g.clamp(max=m) for g in gradients]),
        ),
        "vous bornez chaque nombre à part : si 1 reste 1 et que 12 devient 3, le "
        "pas de descente va-t-il encore dans la même direction ?",
    ),
    Misconception(
        "une norme par tenseur",
        flattened(lambda gradients, m: [g * min(1, m / g.norm()) for g in gradients]),
        "chaque tenseur a sa norme et son facteur : deux tenseurs réduits "
        "différemment gardent-ils leurs proportions ? De quoi l'énoncé prend-il la "
        "norme ?",
    ),
    Misconception(
        "remise à l'échelle systématique",
        _scaled(when=lambda norm, limit: True),
        "vos gradients ont toujours pour norme max_norm, même les petits : que "
        "devient la descente quand elle approche du but ?",
    ),
    Misconception(
        "racine oubliée",
        (
            _scaled(norm=lambda gradients: _norm(gradients) ** 2),
            _scaled(when=lambda norm, limit: norm**2 > limit),
            _scaled(factor=lambda norm, limit: limit / norm**2),
        ),
        "une somme de carrés sert quelque part de norme : que reste-t-il à lui "
        "faire pour en avoir une ?",
    ),
    Misconception(
        "norme 1",
        _scaled(norm=lambda gradients: flat(gradients).abs().sum()),
        "vous additionnez des valeurs absolues : quelle longueur donne ce calcul "
        "au vecteur (3, 4), et laquelle mesurerait une règle ?",
    ),
    Misconception(
        "plus grande composante",
        _scaled(norm=lambda gradients: flat(gradients).abs().max()),
        "vous ne mesurez que le plus grand des nombres : un million de nombres "
        "moyens font-ils un petit vecteur ?",
    ),
    Misconception(
        "normes additionnées",
        _scaled(norm=lambda gradients: sum(g.norm() for g in gradients)),
        "vous additionnez les normes des tenseurs : la longueur du vecteur (3, 4) "
        "est-elle 3 + 4 ?",
    ),
    Misconception(
        "moyenne au lieu de somme",
        _scaled(norm=lambda gradients: flat(gradients).pow(2).mean().sqrt()),
        "vous moyennez les carrés : la norme d'un vecteur change-t-elle quand on "
        "lui ajoute des zéros ?",
    ),
    Misconception(
        "norme ramenée à 1",
        (
            _scaled(factor=lambda norm, limit: 1 / norm),
            _scaled(factor=lambda norm, limit: 1 / norm, when=lambda *_: True),
        ),
        "vos gradients coupés sont de norme 1 : quelle norme l'énoncé permet-il ?",
    ),
    Misconception(
        "facteur inversé",
        _scaled(factor=lambda norm, limit: norm / limit),
        "votre facteur dépasse 1 : de ces deux nombres, lequel diviser par "
        "l'autre pour réduire ?",
    ),
    Misconception(
        "condition inversée",
        _scaled(when=lambda norm, limit: norm < limit),
        "vous grandissez les petits gradients, et laissez passer les grands : dans "
        "quel cas faut-il intervenir ?",
    ),
    Misconception(
        "gradients jetés",
        _scaled(factor=lambda norm, limit: 0),
        "un gradient trop grand devient nul : n'y avait-il rien à garder de sa "
        "direction ?",
    ),
    Misconception(
        "rien n'est coupé",
        _scaled(when=lambda norm, limit: False),
        "vous renvoyez les gradients tels quels : que vaut leur norme, tous réunis ?",
    ),
    Misconception(
        "norme au lieu des gradients",
        lambda gradients, max_norm: _norm(gradients),
        "vous renvoyez la norme d'avant la coupure, comme le fait PyTorch : "
        "qu'attend l'énoncé ?",
    ),
)
