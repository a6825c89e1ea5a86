"""Ce qui définit un Mamba, et le mélangeur que chaque couche en tire."""

from dataclasses import dataclass

from cours_transformers.layers.state_space import Mamba2Mixer, MambaMixer

MIXERS = ("mamba", "mamba2")


@dataclass(frozen=True)
class MambaConfig:
    """Ce qui définit un Mamba ; ``dataclasses.replace`` en change un réglage.

    Args:
        mixer: ``"mamba"``, ou ``"mamba2"``, dont ``d_head`` est la largeur des têtes.
        d_state: N, l'état d'un canal.
        dt_rank: rang de Δ ; par défaut d_model / 16. Ne sert qu'à ``"mamba"``.
        chunk: pas d'un morceau de SSD. Ne sert qu'à ``"mamba2"``.
        recompute: garde moins de mémoire, et calcule deux fois (``"mamba"``).
        tied: la lecture partage la table des plongements.

    Raises:
        TypeError: ``vocabulary_size`` ou ``n_layers`` n'est pas un entier.
        ValueError: mélangeur inconnu, ou nombre nul.
    """

    vocabulary_size: int
    d_model: int
    n_layers: int
    mixer: str = "mamba"
    d_state: int = 16
    expand: int = 2
    d_conv: int = 4
    dt_rank: int | None = None
    d_head: int = 32
    chunk: int = 64
    recompute: bool = False
    norm_eps: float = 1e-5
    tied: bool = True

    def __post_init__(self) -> None:
        for name in ("vocabulary_size", "n_layers"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{name} doit être un entier ; reçu {value!r}")
            if value < 1:
                raise ValueError(f"{name} doit valoir au moins 1 ; reçu {value}")
        if self.mixer not in MIXERS:
            raise ValueError(
                f"mixer doit être l'un de : {', '.join(MIXERS)} ; reçu {self.mixer!r}"
            )

    def build_mixer(self) -> MambaMixer | Mamba2Mixer:
        """Construit le mélangeur d'une couche."""
        common = {"expand": self.expand, "d_conv": self.d_conv}
        if self.mixer == "mamba":
            own = {"dt_rank": self.dt_rank, "recompute": self.recompute}
            return MambaMixer(self.d_model, self.d_state, **common, **own)
        own = {"d_head": self.d_head, "chunk": self.chunk, "norm_eps": self.norm_eps}
        return Mamba2Mixer(self.d_model, self.d_state, **common, **own)
