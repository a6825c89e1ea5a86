"""``check`` ne lève jamais, ne se bloque jamais, et rend le carnet intact."""

import functools
import math
import random
import sys
import threading
import time

import numpy as np
import pytest
import torch

from cours_transformers.exercises import check
from cours_transformers.exercises.trial import OURS


def poids(q, k):
    return (q @ k.T / math.sqrt(q.shape[-1])).softmax(-1)


# --- erreurs du lecteur ---------------------------------------------------


def test_une_exception_est_dite_en_francais_avec_la_ligne_du_lecteur():
    def answer(q, k):
        scores = q @ k
        return scores

    text = str(check("04.2", answer))
    line = answer.__code__.co_firstlineno + 1
    assert f"ligne {line} : `scores = q @ k`" in text
    assert "on ne multiplie pas une matrice (2, 4) par une matrice (3, 4)" in text
    assert "RuntimeError" in text


def test_la_ligne_montree_est_celle_de_la_fonction_auxiliaire_du_lecteur():
    def helper(x):
        return x.inconnu

    text = str(check("04.2", lambda q, k: helper(q)))
    assert "`return x.inconnu`" in text
    assert "un objet de type `Tensor` n'a pas d'attribut `inconnu`" in text


def test_une_erreur_du_paquet_montre_la_ligne_de_l_appel():
    from cours_transformers.layers.masks import causal_mask

    text = str(check("04.7", lambda lengths, T: causal_mask(0, T)))
    assert "causal_mask(0, T)" in text


def test_comparer_deux_tenseurs_par_max_est_explique():
    text = str(check("14.3", lambda gauche, droite: max(droite[2], gauche[2])))
    assert "ni vrai ni faux" in text
    assert "`torch.maximum`" in text


class FauxMessage(Exception):  # noqa: N818
    """Exception dont le message ne peut pas être lu."""

    def __str__(self):
        raise RuntimeError("même le message échoue")


def leve(error):
    def answer(q, k):
        raise error

    return answer


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError(), "division par zéro"),
        (NameError("name 'racine' is not defined"), "le nom `racine` n'est pas défini"),
        (IndexError("x"), "un indice sort des limites"),
        (KeyError("clef"), "la clé 'clef' est absente"),
        (AssertionError(), "une assertion"),
        (SystemExit(3), "quitter Python"),
        (KeyboardInterrupt(), "`KeyboardInterrupt`"),
        (GeneratorExit(), "GeneratorExit"),
        (FauxMessage(), "FauxMessage"),
        (ValueError("x" * 10_000), "ValueError"),
        (OSError("disque"), "votre code s'arrête sur une erreur"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_toute_exception_devient_une_phrase(error, said):
    report = check("04.2", leve(error))
    assert not report.passed
    assert said in str(report)
    assert len(str(report)) < 2000


def test_sys_exit_et_input_n_arretent_rien():
    assert "quitter Python" in str(check("04.2", lambda q, k: sys.exit("au revoir")))


def test_une_recursion_sans_fin_est_expliquee():
    def answer(q, k):
        return answer(q, k)

    assert "s'appelle elle-même sans fin" in str(check("04.2", answer))


# --- boucles sans fin -----------------------------------------------------


def test_une_boucle_sans_fin_est_arretee():
    def answer(q, k):
        n = 0
        while True:
            n += 1

    before, start = threading.active_count(), time.monotonic()
    report = check("04.2", answer, limit=0.2)
    assert time.monotonic() - start < 3
    assert not report.passed
    assert "votre code tourne encore après 0,2 s : je l'ai arrêté" in str(report)
    assert "`while True:`" in str(report) or "`n += 1`" in str(report)
    assert threading.active_count() == before  # le fil est bien mort


def test_une_boucle_qui_avale_toutes_les_exceptions_est_arretee():
    def answer(q, k):
        while True:
            try:  # noqa: SIM105
                sum(range(100_000))
            except:  # noqa: E722, S110
                pass

    before = threading.active_count()
    assert "je l'ai arrêté" in str(check("04.2", answer, limit=0.2))
    assert threading.active_count() == before


def test_un_pass_dans_la_boucle_suffit():
    def answer(q, k):
        while True:
            pass

    assert "boucle sans fin" in str(check("04.2", answer, limit=0.2)).lower()


def test_un_appel_bloque_en_c_est_abandonne_et_on_le_dit(monkeypatch):
    monkeypatch.setattr("cours_transformers.exercises.sandbox.GRACE", 0.1)
    start = time.monotonic()
    text = str(check("04.2", lambda q, k: time.sleep(2), limit=0.1))
    assert time.monotonic() - start < 1.5
    assert "redémarrez le noyau" in text
    assert sys.gettrace() is None or "TimeLimit" not in repr(sys.gettrace())


def test_la_suite_marche_apres_une_boucle_arretee():
    def answer(q, k):
        while True:
            pass

    check("04.2", answer, limit=0.1)
    assert check("04.2", poids).passed


def test_la_verification_marche_hors_du_fil_principal():
    """Un noyau Jupyter n'a pas toujours de signaux : rien n'en dépend."""
    reports = []

    def answer(q, k):
        while True:
            pass

    def work():
        reports.append(check("04.2", poids))
        reports.append(check("04.2", answer, limit=0.1))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert [r.passed for r in reports] == [True, False]
    assert "je l'ai arrêté" in str(reports[1])


@pytest.mark.parametrize("during", [5.0, OURS])
def test_l_arret_demande_par_le_lecteur_est_respecte(monkeypatch, during):
    """Le bouton « arrêter » interrompt l'attente (de son code, du nôtre)."""
    join = threading.Thread.join

    def interrupted(thread, timeout=None):
        if timeout == during:
            raise KeyboardInterrupt
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", interrupted)

    def answer(q, k):
        while True:
            pass

    report = check("04.2", answer, limit=5.0)
    assert "interrompue à votre demande" in str(report)
    assert not report.passed


# --- affichages -----------------------------------------------------------


def test_ce_que_le_code_affiche_est_montre_dans_la_reponse(capsys):
    def answer(q, k):
        print("taille :", tuple(q.shape))
        print("attention !", file=sys.stderr)
        return poids(q, k)

    text = str(check("04.2", answer))
    assert "taille : (2, 4)" in text
    assert "attention !" in text
    assert capsys.readouterr() == ("", "")


def test_un_deluge_d_affichage_est_tronque():
    def answer(q, k):
        for _ in range(2000):
            print("x" * 100)

    text = str(check("04.2", answer))
    assert len(text) < 3000
    assert "autres caractères" in text


def test_les_sorties_reviennent_meme_si_le_lecteur_les_remplace():
    usual = sys.stdout

    def answer(q, k):
        sys.stdout = None
        return poids(q, k)

    assert check("04.2", answer).passed
    assert sys.stdout is usual


def test_les_autres_fils_continuent_d_afficher(capsys):
    def answer(q, k):
        other = threading.Thread(target=print, args=("de l'autre fil",))
        other.start()
        other.join()
        return poids(q, k)

    assert "autre fil" not in str(check("04.2", answer))
    assert "de l'autre fil" in capsys.readouterr().out


# --- ce qui est rendu intact ----------------------------------------------


def threads_of_a_new_thread():
    """Le réglage vaut pour tout fil à venir, pas seulement pour celui-ci."""
    counts = []
    thread = threading.Thread(target=lambda: counts.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return counts


def etat():
    kind, keys, position, has_gauss, gauss = np.random.get_state()  # noqa: NPY002
    return (
        torch.get_rng_state().tolist(),
        (kind, keys.tolist(), position, has_gauss, gauss),
        random.getstate(),
        torch.get_default_dtype(),
        threads_of_a_new_thread(),
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        sys.getrecursionlimit(),
    )


def bouleverse(q, k):
    torch.manual_seed(1), np.random.seed(1), random.seed(1)  # noqa: NPY002
    torch.randn(3), np.random.randn(1), random.gauss(0, 1)  # noqa: NPY002
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(2)
    torch.set_grad_enabled(False)
    sys.setrecursionlimit(5000)
    return poids(q, k)


def bouleverse_et_echoue(q, k):
    bouleverse(q, k)
    raise ValueError


def bouleverse_sans_fin(q, k):
    while True:
        bouleverse(q, k)


@pytest.mark.parametrize(
    "answer", [poids, bouleverse, bouleverse_et_echoue, bouleverse_sans_fin, 3, None]
)
def test_le_hasard_et_les_reglages_sont_rendus_au_bit_pres(answer):
    np.random.randn(1)  # noqa: NPY002 : laisse une gaussienne en réserve
    random.gauss(0, 1)
    before = etat()
    check("04.2", answer, limit=0.3)
    assert etat() == before


def test_le_type_par_defaut_du_carnet_ne_change_rien_et_lui_revient():
    torch.set_default_dtype(torch.float64)
    try:
        assert check("04.2", poids).passed
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_le_mode_sans_gradient_du_carnet_ne_change_rien_et_lui_revient():
    with torch.no_grad():
        assert check("04.2", poids).passed
        assert not torch.is_grad_enabled()
    with torch.inference_mode():
        assert check("04.2", poids).passed
        assert torch.is_inference_mode_enabled()


def test_les_entrees_cachees_ne_dependent_pas_de_la_graine_du_carnet():
    texts = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        texts.append(str(check("04.2", lambda q, k: q @ k.T)))
    assert texts[0] == texts[1]


# --- formes de réponse ----------------------------------------------------


class Poids:
    """Objet qui s'appelle comme une fonction."""

    def __call__(self, q, k):  # noqa: D102
        return poids(q, k)

    def methode(self, q, k):
        """Méthode liée."""
        return poids(q, k)


def a_echelle(q, k, power):
    return (q @ k.T / q.shape[-1] ** power).softmax(-1)


def fermeture():
    power = 0.5
    return lambda q, k: a_echelle(q, k, power)


@pytest.mark.parametrize(
    "answer",
    [
        fermeture(),
        functools.partial(a_echelle, power=0.5),
        Poids(),
        Poids().methode,
        lambda *inputs: poids(*inputs),
        lambda q, k, scale=None: poids(q, k),
        functools.wraps(poids)(lambda *a, **b: poids(*a, **b)),
        functools.lru_cache(poids),
    ],
)
def test_tout_ce_qui_s_appelle_convient(answer):
    report = check("04.2", answer)
    assert report.passed, str(report)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (dict, "vous donnez une classe"),
        (Poids, "vous donnez une classe"),
        (torch.zeros(2, 3), "la fonction elle-même, sans parenthèses"),
        ("poids", "de type `str`"),
        ([poids], "de type `list`"),
        (lambda q: q, "l'appelle avec 2 arguments : `q`, `k`"),
        (lambda q, k, v: q, "se présente comme `(q, k, v)`"),
    ],
)
def test_une_reponse_d_une_autre_nature_est_refusee_clairement(answer, said):
    report = check("04.2", answer)
    assert not report.passed
    assert said in str(report)


def test_une_fonction_donnee_pour_une_valeur_est_refusee():
    text = str(check("04.1", lambda: 0.665))
    assert "attend une valeur ; vous donnez une fonction" in text


def test_la_virgule_decimale_francaise_est_comprise_ou_expliquee():
    assert check("04.1", "0,665").passed
    report = check("04.1", 0, 665)
    assert not report.passed
    assert "la virgule décimale est un point" in str(report)


def doc_seule(q, k):
    """Poids d'attention."""


def points(q, k): ...


def non_ecrite(q, k):
    raise NotImplementedError("à vous")


def rend_points(q, k):
    return ...


@pytest.mark.parametrize(
    "answer",
    [None, ..., NotImplemented, doc_seule, points, non_ecrite, rend_points],
)
def test_une_reponse_pas_encore_ecrite_est_accueillie_sans_reproche(answer):
    report = check("04.2", answer)
    assert not report.passed
    assert report.heading == "○ Exercice 4.2 · à vous de jouer"
    assert all(line.mark != "wrong" for line in report.lines)
    assert 'hint("04.2")' in str(report)


def test_sans_reponse_aussi():
    assert "à vous de jouer" in check("04.2").heading
    assert "à vous de jouer" in check("04.1", ...).heading


def test_une_operation_torch_impossible_n_est_pas_une_reponse_vide():
    report = check("04.2", lambda q, k: (q @ k.T).bool().softmax(-1))
    assert "à vous de jouer" not in report.heading


def test_une_panne_de_la_verification_ne_casse_pas_le_carnet(monkeypatch):
    def broken(*args):
        raise RuntimeError("panne")

    monkeypatch.setattr("cours_transformers.exercises.checking.diagnose", broken)
    report = check("04.2", poids)
    assert not report.passed
    assert "sans que vous y soyez" in str(report)
