"""Attention linéaire : φ(q)·φ(k) à la place de exp(q·k/√D) (Katharopoulos, 2020).

    sortie_i = Σ_j (φ(q_i)·φ(k_j)) v_j / Σ_j φ(q_i)·φ(k_j)

Sans exponentielle entre q et k, les produits se regroupent : (φ(q) φ(k)ᵀ) v coûte T²,
φ(q) (φ(k)ᵀ v) coûte T. Trois formes donnent le même résultat :

| forme | calcule | coûte |
|---|---|---|
| ``quadratic`` | la matrice des poids | T² |
| ``recurrent`` | un état F × (D + 1), mis à jour pas à pas | T, l'un après l'autre |
| ``chunked`` | la matrice par morceaux, l'état entre eux | T, en parallèle |

Lettres : F composantes de φ, c longueur d'un morceau. Une colonne de 1 ajoutée à v fait
calculer le numérateur et le dénominateur par les mêmes produits.
"""

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

CHUNK = 64
State = Float[Tensor, "B H F D1"]


def elu_plus_one(x: Float[Tensor, "... D"]) -> Float[Tensor, "... D"]:
    """Calcule elu(x) + 1 : exp(x) si x < 0, x + 1 sinon ; toujours positif."""
    return functional.elu(x) + 1


def quadratic(
    phi_q: Float[Tensor, "B H T F"],
    phi_k: Float[Tensor, "B H S F"],
    v: Float[Tensor, "B H S D"],
    causal: bool = False,
) -> Float[Tensor, "B H T D"]:
    """Forme la matrice φ(q) φ(k)ᵀ, cache le futur, divise par la somme des lignes."""
    weights = phi_q @ phi_k.mT
    if causal:
        weights = weights.tril(phi_k.shape[-2] - phi_q.shape[-2])
    return _divide(weights @ _with_ones(v))


def recurrent(
    phi_q: Float[Tensor, "B H T F"],
    phi_k: Float[Tensor, "B H S F"],
    v: Float[Tensor, "B H S D"],
    causal: bool = False,
) -> Float[Tensor, "B H T D"]:
    """Écrit φ(k)ᵀ v dans un état, pas à pas ; chaque requête lit l'état : φ(q) état.

    En causal, elle le lit à son tour ; sinon, quand tout est écrit.
    """
    state, outputs = None, []
    before = phi_k.shape[-2] - phi_q.shape[-2]  # les clés plus vieilles que les T
    queries = phi_q.unbind(-2)
    for j, (key, value) in enumerate(zip(phi_k.unbind(-2), v.unbind(-2), strict=True)):
        state = write(state, key, value)
        if causal and j >= before:
            outputs.append(read(state, queries[j - before]))
    if not causal:
        outputs = [read(state, query) for query in queries]
    return torch.stack(outputs, dim=-2)


def write(
    state: State | None, phi_k: Float[Tensor, "B H F"], v: Float[Tensor, "B H D"]
) -> State:
    """Ajoute un token à l'état : état + φ(k)ᵀ (v, 1) ; ``None`` : un état vide."""
    added = phi_k[..., :, None] * _with_ones(v)[..., None, :]
    return added if state is None else state + added


def read(state: State, phi_q: Float[Tensor, "B H F"]) -> Float[Tensor, "B H D"]:
    """Lit l'état : φ(q) état, dont la dernière colonne est le dénominateur."""
    return _divide((phi_q[..., None, :] @ state)[..., 0, :])


def chunked(
    phi_q: Float[Tensor, "B H T F"],
    phi_k: Float[Tensor, "B H S F"],
    v: Float[Tensor, "B H S D"],
    causal: bool = False,
    chunk: int = CHUNK,
) -> Float[Tensor, "B H T D"]:
    """Attention dans chaque morceau, plus l'état laissé par les morceaux d'avant.

    Une longueur que ``chunk`` ne divise pas est complétée par des zéros, qui
    n'ajoutent rien. Sans ``causal``, un seul morceau : φ(q) (φ(k)ᵀ v).
    """
    T, v = phi_q.shape[-2], _with_ones(v)
    if not causal:
        return _divide(phi_q @ (phi_k.mT @ v))
    old_k, phi_k = phi_k[..., :-T, :], phi_k[..., -T:, :]
    old_v, v = v[..., :-T, :], v[..., -T:, :]
    phi_q, phi_k, v = (_split(x, chunk) for x in (phi_q, phi_k, v))
    written = phi_k.mT @ v  # (B, H, morceaux, F, D + 1) : ce que chacun ajoute
    # Somme des morceaux d'avant, sans le sien : celui-ci se lit par la matrice.
    past = written.cumsum(dim=2) - written
    if old_k.shape[-2] > 0:
        past = past + (old_k.mT @ old_v)[..., None, :, :]
    inside = (phi_q @ phi_k.mT).tril()
    out = rearrange(phi_q @ past + inside @ v, "B H n c D -> B H (n c) D")
    return _divide(out[..., :T, :])


def _split(x: Float[Tensor, "B H T F"], chunk: int) -> Float[Tensor, "B H n c F"]:
    x = functional.pad(x, (0, 0, 0, -x.shape[-2] % chunk))
    return rearrange(x, "B H (n c) F -> B H n c F", c=chunk)


def _with_ones(v: Float[Tensor, "... D"]) -> Float[Tensor, "... D1"]:
    return torch.cat([v, torch.ones_like(v[..., :1])], dim=-1)


def _divide(sums: Float[Tensor, "... D1"]) -> Float[Tensor, "... D"]:
    """Numérateur sur dénominateur ; zéro si tous les poids sont nuls, jamais NaN."""
    total = sums[..., -1:]
    return sums[..., :-1] / total.clamp_min(torch.finfo(total.dtype).tiny)


FORMS = {"quadratic": quadratic, "recurrent": recurrent, "chunked": chunked}
