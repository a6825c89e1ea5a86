"""Ce que l'installation du cours aurait le droit d'ajouter à Colab."""

import pytest
from colab_environment import ADDITIONS, REQUIREMENTS, check_additions, read_pins


def item(name: str, version: str, file: str | None = None) -> dict:
    file = file or f"{name}-{version}-py3-none-any.whl"
    url = f"https://exemple.fr/{file}"
    return {
        "metadata": {"name": name, "version": version},
        "download_info": {"url": url},
    }


@pytest.fixture
def permis() -> list[dict]:
    return [item(name, version) for name, version in read_pins(ADDITIONS).items()]


def test_les_ajouts_prevus_sont_acceptes_et_nommes(permis, capsys):
    check_additions(permis)
    assert "jaxtyping" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["torch", "numpy", "matplotlib", "ipywidgets"])
def test_remplacer_un_paquet_de_colab_est_refuse(permis, name):
    with pytest.raises(SystemExit, match=f"{name} .* serait remplacé par 99"):
        check_additions([*permis, item(name, "99")])


def test_un_paquet_inattendu_est_refuse(permis):
    with pytest.raises(SystemExit, match="pandas 3 n'est pas dans ajouts"):
        check_additions([*permis, item("pandas", "3")])


def test_un_paquet_compile_est_refuse(permis):
    permis[0] = item("jaxtyping", "1", "jaxtyping-1-cp311-cp311-linux_x86_64.whl")
    with pytest.raises(SystemExit, match="n'est pas en pur Python"):
        check_additions(permis)


def test_un_ajout_devenu_inutile_est_signale(permis):
    with pytest.raises(SystemExit, match="inutile"):
        check_additions(permis[1:])


def test_les_versions_de_colab_sont_fixees():
    pins = read_pins(REQUIREMENTS)
    assert pins["ipywidgets"] == "7.7.1"
    assert pins["ipython"] == "7.34.0"
    assert pins["numpy"] == "2.1.3"


def test_une_condition_ne_fait_pas_partie_de_la_version(tmp_path):
    (tmp_path / "demandes.txt").write_text(
        '# a==1\ntorch==2.13.0\ntriton==3.7.1 ; sys_platform == "linux"\n', "utf-8"
    )
    pins = read_pins(tmp_path / "demandes.txt")
    assert pins == {"torch": "2.13.0", "triton": "3.7.1"}
