"""Ce que l'on change au HTML de BertViz : ancien texte → nouveau.

BertViz écrit pour un carnet clair et large, en anglais. On garde son dessin ; ses mots,
ses couleurs, ses largeurs et ses identifiants s'adaptent au lieu.
"""

WIDTH = "Math.max(300, document.getElementById(params.root_div_id).clientWidth || 640)"
LAYER = 'Layer: <select id="layer"></select>'
FRENCH_LAYER = '<label>Couche\u00a0: <select class="layer"></select></label>'
DETAIL_BOX = "Math.min(params.box, 110)"


def _svg_size(width: str, height: str) -> str:
    """Largeur d'un dessin qui sait rétrécir sans se couper."""
    return (
        f".style('width', {width} + 'px')"
        f".attr('viewBox', [0, 0, {width}, {height}].join(' '))"
    )


MARKUP = {
    "<div id='vis'>": '<div class="vis">',
    "style=\"font-family:'Helvetica Neue', Helvetica, Arial, sans-serif;\"": (
        'class="tetes" style="--tetes-fond:var(--i-fond,var(--jp-layout-color0,'
        "var(--colab-primary-surface-color,#fff)));--tetes-texte:var(--i-texte,"
        "var(--jp-ui-font-color1,var(--colab-primary-text-color,#1b1e23)));"
        "--tetes-survol:color-mix(in srgb,var(--tetes-texte) 18%,var(--tetes-fond));"
        "background:var(--tetes-fond);color:var(--tetes-texte);fill:currentColor;"
        'font-family:system-ui,sans-serif;max-width:100%;overflow-x:auto"'
    ),
}
SHARED = {"#${config.rootDivId} #vis": "#${config.rootDivId} .vis"}
CODE = {
    "head_view": SHARED
    | {
        "#${config.rootDivId} #layer": "#${config.rootDivId} .layer",
        '.attr("id", isLeft ? "left" : "right")': (
            '.classed(isLeft ? "left" : "right", true)'
        ),
        'svg.select("#" + id)': 'svg.select("." + id)',
        'svg.select("#attention")': 'svg.select(".attention")',
        '.attr("id", "attention")': '.classed("attention", true)',
        "const tokenContainer = textContainer.append(": (
            "const tokenContainer = textContainer.append('g').classed('mots', true)"
            ".append("
        ),
        # Divisés par leur nombre, les traits de huit têtes s'effaçaient.
        "return d / activeHeads()": "return d / Math.sqrt(activeHeads())",
        # Comme partout dans le cours, on compte les couches à partir de un.
        ".text(layer)": ".text(layer + 1)",
        '.attr("height", CHECKBOX_SIZE);': (
            '.attr("height", CHECKBOX_SIZE);\n'
            'checkbox.append("title").text((d, i) => "Tête " + (i + 1));'
        ),
        '"lightgray"': '"var(--tetes-survol)"',
        'console.log("d3 version", d3.version)': "",
        # Les colonnes suivent le mot le plus long, et les traits la place qui reste.
        "const BOXWIDTH = 110;": "const BOXWIDTH = params.box;",
        "const MATRIX_WIDTH = 115;": (
            f"const MATRIX_WIDTH = Math.max(85, Math.min(240, {WIDTH} - 2 * BOXWIDTH));"
        ),
        "const CHECKBOX_SIZE = 20;": (
            "const CHECKBOX_SIZE = Math.min(36, (2 * BOXWIDTH + MATRIX_WIDTH) / "
            "params.attention[0].attn[0].length);"
        ),
        "const TEXT_TOP = 30;": "const TEXT_TOP = CHECKBOX_SIZE + 10;",
        '.attr("width", "100%")': (
            ".style('max-width', '100%')"
            + _svg_size("(2 * BOXWIDTH + MATRIX_WIDTH)", "height")
        ),
        '.attr("height", height + "px")': ".style('height', 'auto')",
    },
    "model_view": SHARED
    | {
        '"Heads"': '"Têtes"',
        '"Layers"': '"Couches"',
        ".text(config.heads[i])": ".text(config.heads[i] + 1)",
        ".text(config.layers[i])": ".text(config.layers[i] + 1)",
        "'Layer ' + config.layers[layerIndex]": (
            "'Couche ' + (config.layers[layerIndex] + 1)"
        ),
        '", Head " + config.heads[headIndex]': (
            '", tête " + (config.heads[headIndex] + 1)'
        ),
        '"fill", "black"': '"fill", "currentColor"',
        "'text': 'black'": "'text': 'currentColor'",
        "'background': 'white'": "'background': 'var(--tetes-fond)'",
        "'highlight': '#F5F5F5'": "'highlight': 'var(--tetes-survol)'",
        '"id", \'attn_background_\' + layerIndex + "_" + headIndex': (
            "'data-tete', layerIndex + '-' + headIndex"
        ),
        'console.log("x", x, y)': "",
        "const DIV_WIDTH = 970;": (
            f"const DIV_WIDTH = Math.max({WIDTH}, 40 + 52 * params.total_heads);"
        ),
        "7 * (12 / config.totalHeads)": (
            "Math.min(84 / config.totalHeads, "
            "Math.max(3, 160 / attData.left_text.length))"
        ),
        # À l'étroit, le détail d'une tête sortait par la gauche.
        "x = leftPos + THUMBNAIL_PADDING - DETAIL_WIDTH + 8;": (
            "x = Math.max(MIN_X, leftPos + THUMBNAIL_PADDING - DETAIL_WIDTH + 8);"
        ),
        '.attr("width", DIV_WIDTH)': _svg_size("DIV_WIDTH", "config.divHeight"),
        "const DETAIL_ATTENTION_WIDTH = 140;": (
            f"const DETAIL_ATTENTION_WIDTH = DETAIL_WIDTH - 2 * {DETAIL_BOX};"
        ),
        "const DETAIL_BOX_WIDTH = 80;": f"const DETAIL_BOX_WIDTH = {DETAIL_BOX};",
    },
}
