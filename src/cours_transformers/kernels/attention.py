"""Un seul appel d'attention, plusieurs moteurs ; les couches ne voient que lui."""

import math

from jaxtyping import Bool, Float
from torch import Tensor

from .arguments import check_bias, check_mask, check_options, check_tensors
from .call import AttentionCall
from .engines import choose
from .slopes import DistanceBias


def attention(
    q: Float[Tensor, "B H T D"],
    k: Float[Tensor, "B G S D"],
    v: Float[Tensor, "B G S D"],
    *,
    causal: bool = False,
    mask: Bool[Tensor, "... #T #S"] | None = None,
    bias: Float[Tensor, "... #T #S"] | DistanceBias | None = None,
    window: int | None = None,
    dropout: float = 0.0,
    scale: float | None = None,
    engine: str = "auto",
    return_lse: bool = False,
) -> Float[Tensor, "B H T D"] | tuple[Float[Tensor, "B H T D"], Float[Tensor, "B H T"]]:
    """Calcule softmax(scale · q kᵀ + bias) v ; H / G têtes de q partagent une clé.

    La requête i occupe la position p = i + S − T parmi les clés : la dernière
    requête est alignée sur la dernière clé, dans tous les moteurs.

    Args:
        causal: la requête ne voit que les clés j ≤ p. (``is_causal`` de SDPA, lui,
            s'aligne en haut à gauche ; les deux s'accordent si T = S.)
        mask: vrai là où l'attention est permise ; s'étend à (B, H, T, S).
        bias: ajouté aux scores après ``scale`` ; s'étend à (B, H, T, S). Ou bien
            ``DistanceBias(slopes)``, le biais −m_h |p − j| d'ALiBi, sans sa matrice.
        window: largeur w ≥ 1 d'une fenêtre glissante : seules sont vues les
            clés j à moins de w positions, p − w < j < p + w. Avec ``causal``, ce
            sont les w dernières clés, celle de position p comprise.
        dropout: probabilité d'oublier un poids, toujours appliquée si elle n'est
            pas nulle : à l'appelant de passer 0 hors de l'entraînement.
        scale: facteur des scores ; 1/√D par défaut.
        engine: « triton » (nos noyaux, sur un GPU de capacité 8.0 ou plus ; de masque,
            le seul remplissage (B, 1, 1, S) ; ni dropout, ni biais en matrice),
            « torch » (SDPA, sans logsumexp), « tiled » (tuiles lisibles, sans
            dropout), « explicit » (matrice entière, sert tout) ; « auto » prend le
            premier capable, dans cet ordre. « interpreted », à nommer, exécute sur le
            CPU les noyaux de « triton ».
        return_lse: rend aussi log Σ exp(score) par requête, en float32 ; −∞ pour
            une requête à qui tout est interdit.

    Une requête à qui tout est interdit reçoit une sortie nulle, et tous les
    gradients restent finis. Trois axes de ``mask`` ou ``bias`` se lisent (H, T, S).

    Raises:
        TypeError: tenseurs de types différents, masque non booléen…
        ValueError: formes incompatibles, réglage hors bornes, moteur inconnu, ou
            moteur nommé qui ne sait pas servir un argument.
    """
    check_tensors(q, k, v)
    check_options(causal, window, dropout, scale, return_lse)
    scores = (*q.shape[:3], k.shape[2])  # (B, H, T, S)
    check_mask(mask, scores, q.device)
    check_bias(bias, scores, q.device)
    scale = 1.0 / math.sqrt(q.shape[-1]) if scale is None else float(scale)
    call = AttentionCall(
        q, k, v, causal, mask, bias, window, dropout, scale, return_lse
    )  # fmt: skip
    out, lse = choose(engine, call).run(call)
    return (out, lse) if return_lse else out
