"""Plus long passage recopié : celui de la force brute, à sa première place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.training.memorization import Copy, longest_copy

words = st.text("ab ", min_size=1, max_size=14)


@given(words, words)
def test_comme_la_force_brute(text, source):
    spans = [
        (i, j)
        for i in range(len(text))
        for j in range(i + 1, len(text) + 1)
        if text[i:j] in source
    ]
    start, end = max(spans, key=lambda s: (s[1] - s[0], -s[0]), default=(0, 0))
    got = longest_copy(text, source)
    assert (got.start, got.end) == (start, end)
    assert source[got.origin : got.origin + got.length] == text[start:end]


def test_un_passage_au_milieu_d_un_texte_neuf():
    got = longest_copy("Hier, le lion dormait peu.", "Un soir, le lion dormait là.")
    assert got == Copy(3, 22, 6) and got.length == 19


def test_un_texte_tout_recopie_et_un_texte_tout_neuf():
    assert longest_copy("lion", "le lion rit") == Copy(0, 4, 3)
    assert longest_copy("xyz", "abc").length == 0


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(("text", "source"), [("", "a"), ("a", "")])
def test_un_texte_vide_est_refuse(text, source):
    with pytest.raises(ValueError, match="text et source doivent avoir au moins un"):
        longest_copy(text, source)
