"""Les mots du cours : la forme à éviter, et celle que l'on préfère.

Une clé est une expression rationnelle ; la casse et la marque du pluriel y sont
admises d'office. Ajouter un terme, c'est ajouter une ligne.
"""

ARTICLE = r"(?:le|un|ce|du|au|son|leur|notre|votre|les|des|ces|aux|chaque)\s+"
AVOIDED = {
    r"(?:word |token )?embedding": "plongement",
    r"padding": "remplissage",
    r"(?:mini[- ]?)?batch(?:es)?": "lot",
    r"over-?fitting": "surapprentissage",
    r"sur-apprentissage": "surapprentissage",
    r"loss(?:es)?": "perte",
    r"learning rate": "taux d'apprentissage",
    r"self[- ]attention": "auto-attention",
    r"autoattention": "auto-attention",
    r"cross[- ]attention": "attention croisée",
    r"attention head|heads?": "tête",
    r"multi[- ]?head(?:ed)?": "multi-têtes",
    r"multi-?tête(?!s)|multitêtes": "multi-têtes",
    r"notebook": "carnet",
    r"accuracy": "exactitude",
    r"(?:la|une|cette)\s+softmax": "le softmax",
    r"(?:la|une|cette)\s+(?:GPU|CPU)": "un GPU, un CPU",
    r"token[iz]+er": "tokeniseur",
    r"tokenizeur|tokéniseur": "tokeniseur",
    r"quer(?:y|ies)": "requête",
    r"keys?": "clé",
    r"values?": "valeur",
    r"(?<!SDPA )mask|masking": "masque, masquage",
    r"layers?": "couche",
    r"feed[- ]?forward (?:network|layer)|feedforward": "réseau feed-forward",
    r"residual connections?|skip connections?": "connexion résiduelle",
    r"connection": "connexion",
    r"layer norm(?:alization)?": "normalisation par couche",
    r"weights?": "poids",
    r"training": "entraînement",
    r"fine[- ]?tuning": "ajustement fin",
    r"cross[- ]entropy": "entropie croisée",
    r"warm[- ]?up": "échauffement",
    r"sampling": "échantillonnage",
    r"greedy(?: decoding)?": "glouton",
    r"beam search": "recherche en faisceau",
    r"(?:l'|un\s+|d'|cet\s+)encoder": "encodeur",
    r"encoder[-–/]decoder": "encodeur–décodeur",
    r"decoder": "décodeur",
    r"hidden states?": "état caché",
    r"forget gates?": "porte d'oubli",
    r"vanishing gradients?": "évanouissement du gradient",
    r"positional encodings?": "encodage positionnel",
    r"codage positionnel": "encodage positionnel",
    r"mixture of experts": "mélange d'experts",
    rf"{ARTICLE}router": "routeur",
    r"KV cache": "cache KV",
    r"speculative decoding": "décodage spéculatif",
    r"quantization|quantisation": "quantification",
    r"kernel": "noyau",
    r"tiling": "tuilage",
    r"throughput": "débit",
    r"bandwidth": "bande passante",
    r"scaling laws?": "loi d'échelle",
    r"state[- ]space models?": "modèle d'état",
    r"(?<!\()scan": "balayage (scan)",
    rf"{ARTICLE}prompt|prompts": "invite",
    r"recall": "rappel",
    r"data ?set": "jeu de données",
    r"deep learning": "apprentissage profond",
    r"machine learning": "apprentissage automatique",
}
ONCE = {r"jeton": "token"}
HABITS = {
    r"cette (?:fonction|méthode|classe)": "dites d'emblée ce qu'elle calcule",
}
_ENGLISH = """
the and with this that these those from which when where what should would
could must have been were was they their there your you our is are be into
then than its how why who because using used shows hide click here has had
will can cannot not does did each both between after before only same other
also such value expected given found file missing unknown invalid
"""  # langue : libre
ENGLISH = frozenset(_ENGLISH.split())
