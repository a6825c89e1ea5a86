"""Le modèle qui écrit dans la page : demande, pas, pause, graine, examen, écrans."""

import json

import pytest
import torch
from mini_site import PHONE, TOUCHED, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.data.tales import tales

STATE = "root => root.interaction.state()"
PROMPT = "Un chat dort"
BURST = 300  # tokens par « Écrire »
SPOKEN = {
    " ": "espace",
    "\n": "retour à la ligne",
    "«": "guillemet ouvrant",
    "»": "guillemet fermant",
    "»,": "guillemet fermant, virgule",
}


def bouton(root, name: str):
    return root.get_by_role("button", name=name, exact=True)


def pas(root, count: int) -> dict:
    """Écrit ``count`` tokens, un par un ; rend l'état."""
    for _ in range(count):
        before = len(root.evaluate(STATE)["tokens"])
        bouton(root, "Un pas").click()
        attendre(root, f"s => s.tokens.length === {before + 1}")
    return root.evaluate(STATE)


def attendre(root, condition: str) -> None:
    """Attend que l'état satisfasse une fonction JavaScript."""
    root.page.wait_for_function(
        f"({condition})(document.querySelector('.interaction').interaction.state())"
    )


def dit(piece: str) -> str:
    """Un morceau tel qu'on le lit : sans l'espace qui précède un mot."""
    bare = piece if piece == " " else piece.removeprefix(" ")
    return SPOKEN.get(bare, bare)


def test_rien_n_est_demande_avant_le_bouton(ouvrir):
    """Ni les poids, ni le moteur : un script, ses curseurs et son style."""
    page, root = ouvrir(load=False)
    loaded = "performance.getEntriesByType('resource').map(e => e.name)"
    page.wait_for_timeout(300)
    before = [name.rsplit("/", 1)[-1] for name in page.evaluate(loaded)]
    assert {"ecrire.js", "reglages.js", "ecrire.css"} <= set(before)
    assert not {"moteur.js", "examen.js", "llama.js"} & set(before)
    assert not root.evaluate(STATE)["loaded"]
    expect(bouton(root, "Écrire")).to_be_hidden()
    root.get_by_role("button", name="Charger le modèle").click()
    attendre(root, "s => s.selected >= 0")
    after = [name.rsplit("/", 1)[-1] for name in page.evaluate(loaded)]
    assert {"moteur.js", "examen.js", "llama.js"} <= set(after)


@pytest.mark.parametrize("protocol", ["http", "file"])
@torch.no_grad()
def test_un_pas_ecrit_ce_que_pytorch_approuve(
    ouvrir, modeles, tokeniseur, debut, protocol
):
    """Température 0 : la page choisit les tokens que choisit PyTorch."""
    _, root = ouvrir(protocol)
    root.get_by_role("slider", name="Température").fill("0")
    state = pas(root, 5)
    model, tokens = modeles["llama"][1], torch.tensor(debut)
    for _ in range(5):
        best = model(tokens[None])[0, -1].argmax()
        tokens = torch.cat([tokens, best[None]])
    assert state["tokens"] == tokens.tolist()
    assert state["text"] == tokeniseur.decode(tokens)
    assert root.locator(".ecrire-texte").text_content() == state["text"]


def test_un_mot_se_montre_sans_l_espace_qui_le_precede(ouvrir, tokeniseur, debut):
    """Le texte garde ses espaces ; seule celle qui est un token se touche."""
    _, root = ouvrir()
    pieces = [tokeniseur.pieces[token] for token in debut]
    assert " chat" in pieces and " " in pieces
    shown = root.locator(".ecrire-texte span").all_text_contents()
    assert shown == [p if p == " " else p.removeprefix(" ") for p in pieces]
    assert root.locator(".ecrire-texte").text_content() == PROMPT
    root.locator(f'.ecrire-texte [data-t="{pieces.index(" ")}"]').click()
    expect(root.locator(".ecrire-phrase")).to_contain_text("«\u00a0espace\u00a0»")


@torch.no_grad()
def test_l_examen_montre_dix_candidats_et_chaque_tete(
    ouvrir, modeles, tokeniseur, debut
):
    """Un clic sur un token : ses probabilités, et l'attention qui l'a prédit."""
    _, root = ouvrir()
    model, tokens, t = modeles["llama"][1], torch.tensor(debut), 4
    root.locator(f'.ecrire-texte [data-t="{t}"]').click()
    state = root.evaluate(STATE)
    assert state["selected"] == t
    p = model(tokens[None, :t])[0, -1].softmax(-1)
    expected = p.topk(10).indices.tolist()
    assert [c["token"] for c in state["entry"]["candidates"]] == expected
    rows = root.locator(".ecrire-avis tbody tr")
    expect(rows).to_have_count(10 if tokens[t] in expected else 11)
    expect(root.locator(".ecrire-avis .active")).to_have_count(1)
    names = root.locator(".ecrire-avis tbody th").all_text_contents()
    pieces = [dit(tokeniseur.pieces[token]) for token in expected]
    assert [name.removesuffix(" ◀") for name in names[:10]] == pieces
    shares = root.locator(".ecrire-avis .nombre").all_inner_texts()
    read = [float(share[:-2].replace(",", ".")) / 100 for share in shares]
    assert read[:10] == pytest.approx(p[expected].tolist(), abs=6e-4)
    share = f"{100 * p[tokens[t]]:.1f}".replace(".", ",")
    expect(root.locator(".ecrire-phrase")).to_contain_text(f"donnait {share}")
    root.get_by_role("group", name="Couche").get_by_label("2", exact=True).check()
    root.get_by_label("tête 3", exact=True).check()
    weights = model.attention_maps(tokens[None, :t])[1][0, 2, -1]
    spans = root.locator(".ecrire-texte .regarde")
    expect(spans).to_have_count(t)
    shown = spans.evaluate_all(
        "spans => spans.map(s => Number(s.style.getPropertyValue('--poids')))"
    )
    torch.testing.assert_close(torch.tensor(shown), weights, atol=1e-3, rtol=0)
    ago = t - int(weights.argmax())
    where = "juste avant" if ago == 1 else f"{ago} tokens avant"
    line = root.locator(".ecrire-tetes tr").nth(2)
    expect(line).to_contain_text(where)
    expect(line).to_contain_text(f"{100 * weights.max():.0f}")


def test_le_clavier_seul_suffit(ouvrir, tokeniseur, debut):
    """Charger, écrire un pas, remonter le texte : sans souris, et la voix suit."""
    page, root = ouvrir(load=False)
    root.get_by_role("button", name="Charger le modèle").focus()
    page.keyboard.press("Enter")
    attendre(root, "s => s.selected >= 0")
    bouton(root, "Un pas").focus()
    page.keyboard.press("Space")
    attendre(root, f"s => s.tokens.length === {len(debut) + 1}")
    slider = root.get_by_role("slider", name="Token examiné")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    n = len(debut)
    assert root.evaluate(STATE)["selected"] == n - 1
    said = f"«\u00a0{dit(tokeniseur.pieces[debut[-1]])}\u00a0», {n} sur {n + 1}"
    expect(slider).to_have_attribute("aria-valuetext", said)
    expect(root.locator(".interaction-annonce")).to_contain_text(f"Token {n}")
    page.keyboard.press("Home")
    expect(root.locator(".ecrire-phrase")).to_contain_text("rien ne le précède")
    expect(root.locator(".ecrire-avis")).to_be_hidden()


def test_ecrire_puis_pause_puis_la_suite(ouvrir):
    page, root = ouvrir()
    bouton(root, "Écrire").click()
    attendre(root, "s => s.running && s.tokens.length > 20")
    bouton(root, "Pause").click()
    page.wait_for_timeout(200)  # le token déjà demandé arrive
    stopped = root.evaluate(STATE)
    assert not stopped["running"]
    assert stopped["selected"] == len(stopped["tokens"]) - 1
    page.wait_for_timeout(300)
    assert root.evaluate(STATE)["tokens"] == stopped["tokens"]
    expect(bouton(root, "Pause")).to_have_attribute("aria-disabled", "true")
    expect(root.locator(".interaction-annonce")).to_contain_text("Le texte finit par")
    after = pas(root, 1)
    assert after["tokens"][:-1] == stopped["tokens"]


def test_deux_clics_n_ecrivent_pas_deux_fois(ouvrir, tokeniseur):
    """Un début modifié se relit d'abord : le second clic arrive pendant l'attente."""
    _, root = ouvrir(reduced_motion="reduce")
    root.get_by_label("Début").fill("Le chat")
    bouton(root, "Écrire").evaluate("b => { b.click(); b.click(); }")
    attendre(root, "s => s.running")
    attendre(root, "s => !s.running")
    root.page.wait_for_timeout(200)
    assert (
        len(root.evaluate(STATE)["tokens"]) == len(tokeniseur.encode("Le chat")) + BURST
    )


def test_la_meme_graine_reecrit_le_meme_texte(ouvrir, debut):
    """Écrire d'un trait ou pas à pas, c'est le même tirage ; une autre graine, non."""
    _, root = ouvrir()
    first = pas(root, 6)["tokens"]
    bouton(root, "Recommencer").click()
    attendre(root, f"s => s.tokens.length === {len(debut)}")
    bouton(root, "Écrire").click()
    attendre(root, "s => s.tokens.length > 20")
    bouton(root, "Pause").click()
    assert root.evaluate(STATE)["tokens"][: len(first)] == first
    root.get_by_label("Graine").fill("5")
    bouton(root, "Recommencer").click()
    attendre(root, f"s => s.tokens.length === {len(debut)}")
    assert pas(root, 6)["tokens"] != first


def test_les_reglages_excluent_et_la_table_le_dit(ouvrir):
    _, root = ouvrir()
    root.get_by_role("slider", name="Top-k").fill("2")
    state = pas(root, 1)
    shares = [c["share"] for c in state["entry"]["candidates"]]
    assert sum(share > 0 for share in shares) == 2
    assert sum(shares) == pytest.approx(1)
    cells = root.locator(".ecrire-avis tbody td:last-child").all_inner_texts()
    assert cells.count("exclu") == 8


def test_un_caractere_inconnu_recoit_une_phrase(ouvrir):
    """La page nomme les caractères qu'elle sait épeler, et ne perd rien."""
    _, root = ouvrir()
    before = pas(root, 2)["tokens"]
    field = root.get_by_label("Début")
    field.fill("Le chat @")
    bouton(root, "Écrire").click()
    message = root.locator(".ecrire-message")
    known = "".join(sign for sign in tales().alphabet if sign.strip())
    expect(message).to_have_text(
        "Le modèle ne connaît pas «\u00a0@\u00a0»\u00a0: il n’a jamais lu que "
        f"«\u00a0{known}\u00a0», l’espace et le retour à la ligne."
    )
    state = root.evaluate(STATE)
    assert state["tokens"] == before and not state["running"]
    field.fill("")
    bouton(root, "Recommencer").click()
    expect(message).to_contain_text("au moins un caractère")
    assert root.evaluate(STATE)["tokens"] == before


def test_la_typographie_du_clavier_est_comprise(ouvrir, tokeniseur):
    """L'apostrophe courbe et les espaces insécables deviennent celles du corpus."""
    _, root = ouvrir()
    field, message = root.get_by_label("Début"), root.locator(".ecrire-message")
    for typed, read in (("L’ogre", "L'ogre"), ("«\u00a0Le\u202f!", "« Le !")):
        field.fill(typed)
        bouton(root, "Recommencer").click()
        attendre(root, f"s => s.text === {json.dumps(read)}")
        assert root.evaluate(STATE)["tokens"] == tokeniseur.encode(read).tolist()
        expect(message).to_be_hidden()


def test_un_fichier_absent_ou_abime_se_dit(chromium, adresses_modele):
    """Le bouton redevient libre, et la page dit ce qui manque."""
    context = chromium.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(adresses_modele["http"] + "chapitres/absent.html")
    root = page.locator('[data-interaction="ecrire"]')
    load = root.get_by_role("button", name="Charger le modèle")
    load.click()
    message = root.locator(".ecrire-message")
    expect(message).to_contain_text("absent.js est introuvable")
    expect(load).to_have_attribute("aria-disabled", "false")
    page.route(
        "**/absent.js",
        lambda route: route.fulfill(
            body='coursModele = {header: "{}", weights: "AAAA", sha256: "0"}',
            content_type="text/javascript",
        ),
    )
    load.click()
    expect(message).to_contain_text("le fichier du modèle est abîmé")
    context.close()


def test_en_mouvement_reduit_le_texte_vient_par_paquets(ouvrir, debut):
    """Ce qu'on regarde ne change pas pendant l'écriture ; « Écrire » s'arrête seul."""
    n = len(debut)
    page, root = ouvrir(reduced_motion="reduce")
    selected = "document.querySelector('.interaction').interaction.state()"
    page.evaluate(
        "window.seen = new Set(); window.watch = setInterval(() => { const s = "
        + selected
        + "; if (s.running) { seen.add(s.selected); } }, 2)"
    )
    bouton(root, "Écrire").click()
    attendre(root, f"s => !s.running && s.tokens.length === {n + BURST}")
    assert page.evaluate("[...seen]") == [n - 1]
    assert root.evaluate(STATE)["selected"] == n + BURST - 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, debut, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE, reduced_motion="reduce")
    bouton(root, "Écrire").click()
    attendre(root, f"s => !s.running && s.tokens.length === {len(debut) + BURST}")
    text = root.locator(".ecrire-texte")
    assert text.evaluate("t => t.scrollHeight > t.clientHeight && t.scrollTop > 0")
    fits_a_phone(page, root, touched=f"{TOUCHED}, input:not([type=radio]):visible")


def test_sans_script_le_debut_reste(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_contain_text(PROMPT)
