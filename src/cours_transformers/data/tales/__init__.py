"""Les mini-contes du livre : du français engendré, dont chaque accord est connu."""

from cours_transformers.data.tales.corpus import Corpus, tales
from cours_transformers.data.tales.probes import AgreementProbe, agreement_pairs
from cours_transformers.data.tales.tale import Annotation, Tale

__all__ = [
    "AgreementProbe",
    "Annotation",
    "Corpus",
    "Tale",
    "agreement_pairs",
    "tales",
]
