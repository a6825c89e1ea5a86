"""Le processus des noyaux : rien de ce qui lui arrive n'atteint celui du carnet."""

import functools
import importlib.util
import inspect
import os
import time

import pytest
import torch
from answers import chapter_14_kernels as kernels

from cours_transformers.exercises import check, triton_subprocess
from cours_transformers.exercises.companion import Companion, CompanionDiedError
from cours_transformers.exercises.triton_subprocess import launch, obstacle, source_of
from cours_transformers.exercises.values import UnusableError

DEBUT = "import sys, json, os, time\n"


@pytest.fixture
def triton():
    """Passe le test là où aucun noyau ne peut s'exécuter."""
    if reason := obstacle():
        pytest.skip(reason)


def inputs():
    return torch.arange(15.0).view(3, 5), torch.full((3,), -999.0), 5, 5, 8


# --- ce que fait un noyau du lecteur ----------------------------------------


def test_un_noyau_rend_ses_tableaux_et_laisse_les_notres(triton):
    x, out, *sizes = inputs()
    given, written = launch(kernels.juste, 3, x, out, *sizes)
    torch.testing.assert_close(written, x.logsumexp(dim=1))
    assert torch.equal(given, x)
    assert (out == -999).all()


def test_un_infini_et_un_nan_reviennent_tels_quels(triton):
    def copie(x_ptr, out_ptr, n):
        i = tl.program_id(0)
        tl.store(out_ptr + i, tl.load(x_ptr + i))

    x = torch.tensor([torch.inf, -torch.inf, torch.nan, 1e-40, -0.0])
    _, written = launch(copie, 5, x, torch.zeros(5), 5)
    assert torch.equal(written.isnan(), x.isnan())
    assert torch.equal(written[:2], x[:2])
    assert written[3] == x[3]


def lit_avant(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.store(out_ptr, tl.load(x_ptr - 2))


def ecrit_assez_loin(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.store(out_ptr - 30_000, 1.0)


def ecrit_tres_loin(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.store(out_ptr + 10**12, 1.0)


def ajoute_apres(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.atomic_add(out_ptr + 3, 1.0)


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        (kernels.sans_masque, r"lit hors du tableau : à `x_ptr \+ 15`.*15 nombres"),
        (lit_avant, r"lit hors du tableau : à `x_ptr - 2`"),
        (
            kernels.sortie_espacee,
            r"écrit hors du tableau : à `out_ptr \+ 5`.*3 nombres",
        ),
        (ecrit_assez_loin, r"écrit hors du tableau : à `out_ptr - 30000`"),
        (ecrit_tres_loin, r"écrit très loin de tous ses tableaux"),
        (ajoute_apres, r"écrit hors du tableau : à `out_ptr \+ 3`"),
    ],
)
def test_un_debordement_est_une_phrase_et_le_processus_survit(triton, kernel, said):
    process = triton_subprocess._companion.process
    with pytest.raises(UnusableError, match=said):
        launch(kernel, 3, *inputs())
    launch(kernels.juste, 3, *inputs())
    assert triton_subprocess._companion.process is process


def test_la_ligne_du_noyau_est_montree(triton):
    def noyau(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
        x = tl.load(x_ptr)
        tl.store(out_ptr, x.inconnu)

    text = str(check("14.9", noyau))
    line = noyau.__code__.co_firstlineno + 2
    assert f"ligne {line} : `tl.store(out_ptr, x.inconnu)`" in text
    assert "n'a pas d'attribut `inconnu`" in text


def nom_inconnu(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.store(out_ptr, une_variable_du_carnet)


def sans_annotation(x_ptr, out_ptr, n_cols, stride, BLOCK):
    tl.store(out_ptr, tl.sum(tl.load(x_ptr + tl.arange(0, BLOCK))))


def adresse_indexee(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    out_ptr[tl.program_id(0)] = 1.0


def max_de_python(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.store(out_ptr, max(tl.load(x_ptr + tl.arange(0, BLOCK))))


def trois(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.load(x_ptr + tl.arange(0, 3))


def sans_adresse(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.load(n_cols)


def bloc_entier(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    tl.store(out_ptr, tl.load(x_ptr + tl.arange(0, 4)))


def quitte(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    raise SystemExit(3)


def demande(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    input("un nombre ?")


def unicode_casse(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    b"\xff".decode()


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        (
            nom_inconnu,
            "`une_variable_du_carnet` n'est pas défini ici : un noyau ne voit",
        ),
        (adresse_indexee, "ni une adresse ni un bloc ne s'indexent"),
        (max_de_python, "`tl.load`, `tl.store`, `tl.max`, `tl.sum`"),
        (trois, "puissance de deux"),
        (sans_adresse, "attendent d'abord une adresse"),
        (bloc_entier, "une réduction a-t-elle été oubliée ?"),
        (sans_annotation, "bornes connues à la compilation"),
        (quitte, "quitter Python"),
        (demande, "EOFError"),
        (unicode_casse, "UnicodeDecodeError"),
    ],
)
def test_toute_erreur_du_noyau_devient_une_phrase(triton, kernel, said):
    report = check("14.9", kernel)
    assert not report.passed
    assert said in str(report)
    assert f"ligne {kernel.__code__.co_firstlineno + 1}" in str(report)


def test_ce_qu_un_noyau_affiche_est_rapporte(triton):
    def bavard(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
        print("programme", tl.program_id(0))

    assert "programme [0]" in str(check("14.9", bavard)).replace("tensor", "")


def test_ce_qui_sort_sous_python_ne_se_mele_pas_aux_reponses(triton):
    def brutal(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
        import os

        os.write(1, b"du bruit")

    assert "vous obtenez" in str(check("14.9", brutal))
    assert check("14.9", kernels.juste).passed


def test_une_boucle_sans_fin_est_tuee_et_l_on_peut_recommencer(triton):
    def sans_fin(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
        while True:
            tl.load(x_ptr)

    process, start = triton_subprocess._companion.process, time.monotonic()
    report = check("14.9", sans_fin, limit=0.5)
    assert time.monotonic() - start < 4
    assert "votre code tourne encore après 0,5 s : je l'ai arrêté" in str(report)
    assert "redémarrez" not in str(report)
    assert process.poll() is not None
    assert check("14.9", kernels.juste).passed


def test_un_plantage_ne_tue_que_l_autre_processus(triton):
    def plante(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
        import os

        os.abort()

    assert "a tué le processus" in str(check("14.9", plante))
    assert check("14.9", kernels.juste).passed


def test_le_texte_perd_ses_decorateurs_et_les_guillemets_de_constexpr():
    @functools.lru_cache
    def noyau(x_ptr, BLOCK: "tl.constexpr", N: 'constexpr'):  # fmt: skip
        return "tl.autre"

    text, first = source_of(inspect.unwrap(noyau))
    assert text.startswith("def noyau(x_ptr, BLOCK: tl.constexpr, N: constexpr):")
    assert 'return "tl.autre"' in text
    assert first == noyau.__wrapped__.__code__.co_firstlineno + 1


def test_une_lambda_et_un_texte_perdu_sont_refuses():
    with pytest.raises(UnusableError, match="par `def`, pas par `lambda`"):
        launch(lambda x_ptr: 0, 1, torch.zeros(1))
    scope = {}
    exec("def noyau(x_ptr):\n    x_ptr + 1", scope)  # noqa: S102
    with pytest.raises(UnusableError, match="est introuvable"):
        launch(scope["noyau"], 1, torch.zeros(1))


def decore(function):
    """Ce que rend ``triton.jit`` : un objet, qui garde la fonction dans ``fn``."""

    class Jit:
        fn = function

        def __call__(self, *arguments):
            raise RuntimeError("un noyau ne s'appelle pas")

    return Jit()


def test_un_noyau_deja_decore_est_accepte(triton):
    assert check("14.9", decore(kernels.juste)).passed


# --- quand rien ne peut être essayé -----------------------------------------


def test_sans_triton_une_phrase_et_rien_d_autre(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    report = check("14.9", kernels.sans_masque)
    assert report.heading == "○ Exercice 14.9 · pas vérifié ici"
    assert "Triton n'est pas installé ici" in str(report)
    assert not report.passed
    assert not report.misconception
    assert all(line.mark == "note" for line in report.lines)


def test_sans_triton_une_reponse_vide_est_toujours_accueillie(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    def vide(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"): ...

    assert "à vous de jouer" in check("14.9", vide).heading
    assert "vous donnez une classe" in str(check("14.9", Companion))
    assert "5 arguments" in str(check("14.9", lambda x: x))


def companion(tmp_path, script) -> Companion:
    path = tmp_path / "script.py"
    path.write_text(DEBUT + script)
    return Companion(path)


def test_un_triton_qui_ne_demarre_pas_est_dit(monkeypatch, tmp_path):
    broken = companion(tmp_path, 'print(\'{"obstacle": "ImportError : numpy"}\')')
    monkeypatch.setattr(triton_subprocess, "_companion", broken)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    text = str(check("14.9", kernels.juste))
    assert "pas vérifié ici" in text
    assert "ne démarre pas ici : ImportError : numpy" in text
    broken.script.write_text("raise SystemExit(7)")
    assert "il s'est arrêté, code 7" in obstacle()
    broken.script = tmp_path / "absent" / "script.py"
    assert "il s'est arrêté, code 2" in obstacle()


def test_un_processus_muet_est_tue(monkeypatch, tmp_path):
    monkeypatch.setattr("cours_transformers.exercises.companion.START", 0.3)
    mute = companion(tmp_path, "time.sleep(60)")
    with pytest.raises(CompanionDiedError, match="pas démarré en 0"):
        mute.start()
    assert mute.process.poll() is not None


ECHO = """
print(json.dumps({"obstacle": ""}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked == "mourir":
        sys.exit(5)
    print(json.dumps({"env": os.environ.get(asked), "pid": os.getpid()}), flush=True)
"""


def test_le_processus_herite_de_l_environnement_et_interprete(monkeypatch, tmp_path):
    monkeypatch.setenv("UN_REGLAGE", "à moi")
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    echo = companion(tmp_path, ECHO)
    assert echo.start() == echo.start() == ""
    first = echo.ask("UN_REGLAGE")
    assert first["env"] == "à moi"
    assert echo.ask("TRITON_INTERPRET") == {"env": "1", "pid": first["pid"]}
    assert "TRITON_INTERPRET" not in os.environ
    echo.stop()


def test_un_processus_mort_le_dit_puis_redemarre(tmp_path):
    echo = companion(tmp_path, ECHO)
    echo.start()
    with pytest.raises(CompanionDiedError, match="code 5"):
        echo.ask("mourir")
    with pytest.raises(CompanionDiedError, match="ne tourne plus"):
        echo.ask("PATH")
    assert echo.start() == ""
    assert echo.ask("PATH")["env"] == os.environ["PATH"]
    echo.stop()
