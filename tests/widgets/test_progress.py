"""La barre de progression : en texte hors d'un carnet, une seule barre dedans."""

import pytest

from cours_transformers.widgets import progress


@pytest.fixture
def terminal(monkeypatch):
    """Hors d'un carnet, même si un autre essai en a ouvert un dans ce processus."""
    monkeypatch.setattr(progress, "get_ipython", lambda: None)


@pytest.mark.usefixtures("terminal")
def test_hors_d_un_carnet_une_ligne_qui_se_recouvre(capsys):
    show = progress.progress_bar(200, "Nombres")
    for step in range(1, 201):
        show(step, 1 / step)
    shown = capsys.readouterr().out
    assert shown.count("\r") == 100 and shown.count("\n") == 1
    assert shown.endswith("Nombres : pas 200 sur 200, perte 0,005\n")


def test_dans_un_carnet_une_seule_barre_avance(monkeypatch):
    seen = []

    class Handle:
        def update(self, bar):
            seen.append(("update", bar))

    def display(bar, display_id):
        seen.append(("display", bar))
        return Handle()

    monkeypatch.setattr(progress, "get_ipython", lambda: object())
    monkeypatch.setattr(progress, "display", display)
    show = progress.progress_bar(3)
    for step in (1, 2, 3):
        show(step, 0.5)
    assert [kind for kind, _ in seen] == ["display", "update", "update"]
    last = seen[-1][1]
    assert 'max="3" value="3"' in last.data
    assert repr(last) == "Entraînement : pas 3 sur 3, perte 0,500"
    assert f'aria-label="{last!r}"' in last.data


@pytest.mark.usefixtures("terminal")
def test_le_dernier_pas_est_toujours_montre(capsys):
    show = progress.progress_bar(250)
    show(249, 1.0)
    show(250, 1.0)
    assert capsys.readouterr().out.count("\r") == 1


@pytest.mark.usefixtures("terminal")
def test_le_debit_se_compte_depuis_le_premier_pas(monkeypatch, capsys):
    clock = iter([10.0, 12.0, 14.0])
    monkeypatch.setattr(progress.time, "perf_counter", lambda: next(clock))
    show = progress.progress_bar(3, tokens_per_step=100)
    for step in (1, 2, 3):
        show(step, 1.0)
    first, second, last = capsys.readouterr().out.strip().split("\r")
    assert "par seconde" not in first
    assert second.endswith("50 tokens par seconde")
    assert last.endswith("50 tokens par seconde")


@pytest.mark.sans_jaxtyping
def test_aucun_pas_est_refuse():
    with pytest.raises(ValueError, match="total doit valoir au moins 1"):
        progress.progress_bar(0)
    with pytest.raises(ValueError, match="tokens_per_step au moins 0 ; reçu 3 et -1"):
        progress.progress_bar(3, tokens_per_step=-1)
