"""Noyaux de l'exercice 14.9, justes et faux, tels qu'un lecteur les écrirait.

Leur texte s'exécute dans un autre processus, où ``tl`` existe : ici, il reste indéfini.
"""


def juste(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r = tl.program_id(0)
    c = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=float("-inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def juste_en_boucle(entree, sortie, n, pas, BLOCK: "tl.constexpr"):
    """Un nombre à la fois, à la manière de l'exercice 14.2 ; d'autres noms."""
    r = tl.program_id(axis=0)
    m = tl.load(entree + r * pas)
    total = 1.0
    for j in range(1, n):
        x = tl.load(entree + r * pas + j)
        plus_grand = tl.maximum(m, x)
        total = total * tl.exp(m - plus_grand) + tl.exp(x - plus_grand)
        m = plus_grand
    tl.store(sortie + r, tl.log(total) + m)


def juste_en_base_deux(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    x = x * 1.4426950408889634
    m = tl.max(x, 0)
    lse = m + tl.log2(tl.sum(tl.exp2(x - m), 0))
    tl.store(out_ptr + r, lse * 0.6931471805599453)


def juste_par_where(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    """Le masque protège la lecture, puis les colonnes de trop sont écartées."""
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, c < n_cols)
    m = tl.max(tl.where(c < n_cols, x, float("-inf")), axis=0)
    total = tl.sum(tl.where(c < n_cols, tl.exp(x - m), 0.0), axis=0)
    tl.store(out_ptr + r, m + tl.log(total))


def sans_masque(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c)
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def sans_remplissage(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols)
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def remplissage_nul(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=0.0)
    m = tl.max(x)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m))))


def sans_maximum(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    tl.store(out_ptr + r, tl.log(tl.sum(tl.exp(x), axis=0)))


def maximum_non_rendu(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    tl.store(out_ptr + r, tl.log(tl.sum(tl.exp(x - tl.max(x, axis=0)), axis=0)))


def log2(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log2(tl.sum(tl.exp(x - m), axis=0)))


def tout_en_base_deux(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log2(tl.sum(tl.exp2(x - m), axis=0)))


def lit_la_ligne_0(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    c = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    lse = m + tl.log(tl.sum(tl.exp(x - m), axis=0))
    tl.store(out_ptr + tl.program_id(0), lse)


def ecrit_a_la_place_0(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def sans_programme(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    c = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def pas_de_colonnes(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * n_cols + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def pas_de_un(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def colonne_de_trop(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c <= n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def sortie_espacee(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    debut = tl.program_id(0) * stride
    c = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + debut + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + debut, m + tl.log(tl.sum(tl.exp(x - m), axis=0)))


def sans_log(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    tl.store(out_ptr + r, tl.sum(tl.exp(x - tl.max(x, axis=0)), axis=0))


def sans_log_rendu(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    tl.store(out_ptr + r, m + tl.sum(tl.exp(x - m), axis=0))


def maximum_seul(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    tl.store(out_ptr + r, tl.max(x, axis=0))


def rien_d_ecrit(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols, other=-float("inf"))
    m = tl.max(x, axis=0)
    return m + tl.log(tl.sum(tl.exp(x - m), axis=0))


def ni_masque_ni_maximum(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r = tl.program_id(0)
    x = tl.load(x_ptr + r * stride + tl.arange(0, BLOCK))
    tl.store(out_ptr + r, tl.log(tl.sum(tl.exp(x))))


def ni_remplissage_ni_maximum(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + r * stride + c, mask=c < n_cols)
    tl.store(out_ptr + r, tl.log(tl.sum(tl.exp(x))))
