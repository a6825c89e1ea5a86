"""Des tokens sur le disque valent les mêmes en mémoire ; rien n'est écrasé."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.data.token_file import TokenFile, write_tokens


@given(
    st.lists(st.integers(0, 299), min_size=1, max_size=40),
    st.integers(0, 45),
    st.integers(0, 45),
)
def test_une_tranche_est_celle_du_tenseur(tmp_path_factory, values, start, stop):
    tokens = torch.tensor(values)
    file = write_tokens(tmp_path_factory.mktemp("t") / "x.npy", tokens, 300)
    assert len(file) == len(tokens)
    assert torch.equal(file[start:stop], tokens[start:stop])


@pytest.mark.parametrize(("V", "size"), [(2, 1), (256, 1), (257, 2), (65_537, 4)])
def test_un_token_prend_le_moins_d_octets_possible(tmp_path, V, size):
    file = write_tokens(tmp_path / "x.npy", torch.tensor([0, V - 1]), V)
    assert np.load(file.path).dtype.itemsize == size
    assert file[0:2].tolist() == [0, V - 1]


@pytest.mark.sans_jaxtyping
def test_un_fichier_existant_n_est_pas_ecrase(tmp_path):
    write_tokens(tmp_path / "x.npy", torch.tensor([1]), 2)
    with pytest.raises(FileExistsError, match="existe déjà ; choisissez"):
        write_tokens(tmp_path / "x.npy", torch.tensor([0]), 2)
    assert TokenFile(tmp_path / "x.npy")[0:1].tolist() == [1]


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("tokens", [torch.tensor([5]), torch.tensor([-1])])
def test_un_token_hors_du_vocabulaire_est_refuse(tmp_path, tokens):
    with pytest.raises(ValueError, match="non vide d'entiers de 0 à 4"):
        write_tokens(tmp_path / "x.npy", tokens, 5)
    assert not (tmp_path / "x.npy").exists()


@pytest.mark.sans_jaxtyping
def test_ce_qui_n_est_pas_un_fichier_de_tokens_est_refuse(tmp_path):
    with pytest.raises(FileNotFoundError, match="aucun fichier de tokens"):
        TokenFile(tmp_path / "absent.npy")
    (tmp_path / "texte.npy").write_text("Il était une fois", encoding="utf-8")
    with pytest.raises(ValueError, match=r"texte.npy n'est pas un fichier .npy"):
        TokenFile(tmp_path / "texte.npy")
    np.save(tmp_path / "reels.npy", np.zeros((2, 2)))
    with pytest.raises(ValueError, match="une suite d'entiers positifs ; reçu float64"):
        TokenFile(tmp_path / "reels.npy")
