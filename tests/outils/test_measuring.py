"""Ce que les scripts de mesure font de même : options, temps, écriture."""

import re
from pathlib import Path

import measuring
import pytest
import torch
from measuring import measured_before, medians, read_options, write_measure

from cours_transformers.measurements import COMMANDS, load

SCRIPTS = sorted(Path(measuring.__file__).parent.glob("measure_*.py"))


@pytest.fixture
def un_fil():
    """Rend à la fin les fils que la lecture des options a retirés."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], [3, (0, 1), ["a", "b"], False]),
        (["--pas", "7", "--graines", "4", "5"], [7, [4, 5], ["a", "b"], False]),
        (["--parts", "b", "--essai"], [3, (0, 1), ["b"], True]),
    ],
)
def test_une_valeur_par_defaut_dit_ce_qu_une_option_attend(un_fil, given, expected):
    torch.set_num_threads(2)
    options = read_options(
        given, "Essai.", pas=3, graines=(0, 1), parts=["a", "b"], essai=False
    )
    assert list(vars(options).values()) == expected
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--parts", "c"], "invalid choice: 'c'"),
        (["--pas", "x"], "invalid int value: 'x'"),
        (["--passages", "2"], "unrecognized arguments: --passages 2"),
    ],
)
def test_une_option_mal_donnee_arrete_le_script(un_fil, capsys, given, said):
    with pytest.raises(SystemExit):
        read_options(given, "Essai.", pas=3, parts=["a", "b"])
    assert said in capsys.readouterr().err


def test_les_concurrents_alternent_apres_un_echauffement():
    order = []
    times = medians(3, lambda: order.append("a"), lambda: order.append("b"))
    assert "".join(order) == "ab" * 5  # deux tours d'échauffement
    assert len(times) == 2 and all(t >= 0 for t in times)


def test_la_mediane_est_en_millisecondes_et_sans_l_echauffement(monkeypatch):
    lasting = iter([9.0, 9.0, 1.0, 3.0, 2.0])  # secondes, d'un passage à l'autre
    clock = [0.0]
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: clock[0])

    def contestant():
        clock[0] += next(lasting)

    assert medians(3, contestant) == [2000.0]


def test_une_mesure_s_ecrit_avec_la_commande_qui_la_refait(monkeypatch, capsys):
    written = {}

    def save(*args, **kwargs):
        written.update(args=args, kwargs=kwargs)
        return Path("recall.json")

    monkeypatch.setattr(measuring, "save", save)
    write_measure("recall", {"x": 1}, ["--pas", "2"], seeds=range(2))
    command = "python outils/measure_recall.py --pas 2"
    assert written == {
        "args": ("recall", {"x": 1}, command), "kwargs": {"seeds": range(2)},
    }  # fmt: skip
    assert capsys.readouterr().out == "écrit : recall.json\n"


def test_une_mesure_par_parties_garde_les_autres(monkeypatch, tmp_path):
    assert measured_before("gpt") == load("gpt")["results"]
    monkeypatch.setattr(measuring, "load", lambda name: load(name, tmp_path))
    assert measured_before("gpt") == {}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_chaque_script_ecrit_sous_un_nom_dont_la_commande_est_la_sienne(path):
    """Sans quoi une longue mesure ne serait pas écrite, ou se dirait d'un autre."""
    (name,) = re.findall(r'(?:write_measure|save)\(\s*"(\w+)"', path.read_text("utf-8"))
    assert COMMANDS[name] == f"python outils/{path.name}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_le_script_a_encore_les_options_de_sa_commande_publiee(path):
    call = re.search(r"read_options\(.*?\)\n", path.read_text("utf-8"), re.DOTALL)[0]
    options = set(re.findall(r"(\w+)=", call))
    assert options <= set(measuring.OPTIONS)
    command = next(c for c in COMMANDS.values() if c.endswith(path.name))
    name = next(name for name in COMMANDS if COMMANDS[name] == command)
    assert set(re.findall(r"--(\w+)", load(name)["command"])) <= options
