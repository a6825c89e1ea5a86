"""Marcher dans un Transformer : ce que regarde chaque tête, pendant qu'il écrit.

Lettres : S tokens lus, T tokens écrits, H têtes, V symboles.
"""

from collections.abc import Sequence
from html import escape

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.data.number_task import START, NumberTask
from cours_transformers.models.transformer import Transformer
from cours_transformers.training.decoding import greedy
from cours_transformers.visualization.attention import plot_attention
from cours_transformers.visualization.theme import CourseFigure
from cours_transformers.widgets.choice import Choice
from cours_transformers.widgets.embed import Embedded
from cours_transformers.widgets.explore import explore
from cours_transformers.widgets.live import LiveExplorer
from cours_transformers.widgets.page import is_page

KINDS = {
    "encoder": "encodeur",
    "decoder": "décodeur",
    "cross": "attention croisée",
}
MAX_NUMBERS, END_SIGN, START_SIGN = 8, "fin", "début"


def walk_transformer(
    model: Transformer,
    task: NumberTask,
    numbers: Sequence[int],
    *,
    caption: str = "",
) -> Embedded | LiveExplorer:
    """Montre, pour quelques nombres, chaque étape de chaque couche, tête par tête.

    Args:
        numbers: deux à huit nombres, que le modèle écrit ici, une fois.
        caption: phrase affichée au-dessus des réglages.

    Raises:
        ValueError: nombres trop nombreux, trop peu, ou en double.
    """
    numbers = list(numbers)
    if not 2 <= len(numbers) <= MAX_NUMBERS or len(set(numbers)) < len(numbers):
        raise ValueError(
            f"numbers doit compter de 2 à {MAX_NUMBERS} nombres, tous différents ; "
            f"reçu {numbers}"
        )
    examples = {str(n): _example(model, task, n) for n in numbers}
    if not is_page():
        return _live(model, examples, caption)
    data = {
        "caption": caption,
        "symbols": [*task.target_symbols, END_SIGN],
        "examples": [_packed(example) for example in examples.values()],
    }
    alt = (
        f"Le chemin d'un nombre dans l'encodeur, le décodeur et l'attention croisée, "
        f"couche par couche et tête par tête, pour {len(numbers)} nombres. {caption}"
    )
    fallback = "".join(
        f"<p>{escape(' '.join(e['source']))} → {escape(' '.join(e['written']))}</p>"
        for e in examples.values()
    )
    return Embedded("marche", data, alt.strip(), fallback)


@torch.no_grad()
def _example(model: Transformer, task: NumberTask, n: int) -> dict:
    """Ce que le modèle écrit pour ``n``, ses cartes, et ses avis à chaque pas."""
    model.eval()
    batch = task.batch([n])
    tokens = greedy(model, batch.source, max_length=batch.target.shape[1] + 2)
    inputs = torch.cat([torch.full_like(tokens[:, :1], START), tokens[:, :-1]], dim=1)
    maps = model.attention_maps(batch.source, inputs)
    opinions = model(batch.source, inputs)[0].softmax(dim=-1)
    written = task.read(tokens[0])
    ended = [END_SIGN] * (tokens.shape[1] - len(written))
    return {
        "source": task.source(n),
        "written": [*written, *ended],
        "read": [START_SIGN, *[*written, *ended][:-1]],
        # Les symboles, puis la fin (token 2) ; début et remplissage ne s'écrivent pas.
        "opinions": torch.cat([opinions[:, 3:], opinions[:, 2:3]], dim=1),
        **{kind: [layer[0] for layer in getattr(maps, kind)] for kind in KINDS},
    }


def _packed(example: dict) -> dict:
    """Les poids en millièmes entiers : plus légers, et l'œil n'y perd rien."""
    packed = {key: example[key] for key in ("source", "written")}
    packed["opinions"] = _thousandths(example["opinions"])
    for kind in KINDS:
        packed[kind] = [_thousandths(layer) for layer in example[kind]]
    return packed


def _thousandths(weights: Float[Tensor, "..."]) -> list:
    return (1000 * weights).round().int().tolist()


def _live(model: Transformer, examples: dict, caption: str) -> LiveExplorer:
    """Dans un carnet : les mêmes cartes, une figure du cours par réglage."""
    depth = min(model.config.n_encoder_layers, model.config.n_decoder_layers)

    def draw(number: str, step: tuple[str, int]) -> CourseFigure:
        example, (kind, layer) = examples[number], step
        rows = example["source"] if kind == "encoder" else example["read"]
        columns = example["read"] if kind == "decoder" else example["source"]
        return plot_attention(example[kind][layer], rows, columns)

    steps = [(kind, layer) for kind in KINDS for layer in range(depth)]
    labels = [f"{KINDS[kind]}, couche {layer + 1}" for kind, layer in steps]
    return explore(
        draw, caption=caption,
        number=Choice("Nombre", list(examples)),
        step=Choice("Étape", steps, labels=labels),
    )  # fmt: skip
