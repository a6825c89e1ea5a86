"""Les réglages d'un encodeur–décodeur, et ceux des deux modèles de 2017."""

from dataclasses import dataclass

from cours_transformers.layers.block import BlockConfig

TYINGS = ("none", "target", "all")


@dataclass(frozen=True)
class TransformerConfig:
    """Ce qui définit un Transformer ; ``dataclasses.replace`` en change un réglage.

    Args:
        source_vocabulary: nombre de tokens que l'encodeur sait lire.
        target_vocabulary: nombre V de tokens que le décodeur sait écrire.
        block: réglages de tous les blocs.
        position: nom d'un encodage de ``layers.positional``.
        max_length: plus longue suite acceptée, en tokens ; None : aucune limite.
        scale_embeddings: multiplie les plongements par √d_model.
        tied: ``"target"``, la lecture partage la table de la cible ; ``"all"``, la
            source aussi ; ``"none"``, rien n'est partagé.
        final_norms: normalise ce que rend chaque pile ; il le faut en pré-norme.
        output_bias: ajoute un biais aux logits.
        pad: token de remplissage, toujours à droite, jamais regardé.

    Raises:
        ValueError: nombre nul, partage inconnu ou impossible.
    """

    source_vocabulary: int
    target_vocabulary: int
    block: BlockConfig
    n_encoder_layers: int = 2
    n_decoder_layers: int = 2
    position: str = "sinusoidal"
    max_length: int | None = None
    scale_embeddings: bool = True
    tied: str = "none"
    final_norms: bool = True
    output_bias: bool = False
    pad: int = 0

    def __post_init__(self) -> None:
        for name in (
            "source_vocabulary", "target_vocabulary",
            "n_encoder_layers", "n_decoder_layers",
        ):  # fmt: skip
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} doit valoir au moins 1 ; reçu {getattr(self, name)}"
                )
        if self.tied not in TYINGS:
            known = ", ".join(f"« {name} »" for name in TYINGS)
            raise ValueError(f"tied doit être l'un de {known} ; reçu {self.tied!r}")
        if self.tied == "all" and self.source_vocabulary != self.target_vocabulary:
            raise ValueError(
                "tied=« all » demande un vocabulaire commun ; reçu "
                f"{self.source_vocabulary} et {self.target_vocabulary} tokens"
            )


def paper_config(name: str, vocabulary: int = 37_000) -> TransformerConfig:
    """Les modèles « base » et « big » de Vaswani et al. (2017), table 3.

    Post-norme sans norme finale, ReLU, biais dans le réseau feed-forward et nulle part
    ailleurs, sinusoïdes, une seule table pour les deux langues et la lecture.

    Raises:
        ValueError: nom inconnu.
    """
    sizes = {"base": (512, 2048, 8, 0.1), "big": (1024, 4096, 16, 0.3)}
    if name not in sizes:
        known = ", ".join(sizes)
        raise ValueError(f"name doit être l'un de : {known} ; reçu {name!r}")
    d_model, d_ff, n_heads, dropout = sizes[name]
    block = BlockConfig(
        d_model, n_heads, d_ff=d_ff, feed_forward="relu", norm_position="post",
        bias=True, attention_bias=False, dropout=dropout,
    )  # fmt: skip
    return TransformerConfig(
        vocabulary, vocabulary, block, n_encoder_layers=6, n_decoder_layers=6,
        tied="all", final_norms=False,
    )  # fmt: skip
