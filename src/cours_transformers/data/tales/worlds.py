"""Deux pays de contes, la savane et la forêt, et ce que l'on y rencontre."""

from dataclasses import dataclass

from cours_transformers.data.tales.nouns import Adjective, Noun


@dataclass(frozen=True)
class World:
    """Le lexique d'un pays ; ``owners``, ``regions`` et ``spots`` font les compléments.

    Un complément suit toujours cet ordre : « du roi », « de la savane »,
    « près du marché », « au bout du chemin ».
    """

    animals: tuple[Noun, ...]
    groups: tuple[Noun, ...]
    girls: tuple[Noun, ...]
    boys: tuple[Noun, ...]
    owners: tuple[Noun, ...]
    things: tuple[Noun, ...]
    food: tuple[Noun, ...]
    trees: tuple[Noun, ...]
    places: tuple[str, ...]
    regions: tuple[str, ...]
    spots: tuple[str, ...]


def _animals(text: str, nicknames: dict[str, str]) -> tuple[tuple[Noun, ...], ...]:
    """Lit « loup/loups m » ; donne les noms au singulier, puis au pluriel."""
    singular, plural = [], []
    for entry in text.split(","):
        words, gender = entry.split()
        one, several = words.split("/")
        feminine = gender == "f"
        nickname = nicknames.get(one, "")
        singular.append(Noun(one, feminine, nickname=nickname, lemma=one))
        plural.append(Noun(several, feminine, plural=True, lemma=one))
    return tuple(singular), tuple(plural)


def _nouns(text: str, animate: bool = True, proper: bool = False) -> tuple[Noun, ...]:
    """Lit « tambour m, clé f »."""
    entries = [entry.split() for entry in text.split(",")]
    return tuple(
        Noun(word, gender == "f", proper=proper, animate=animate, lemma=word)
        for word, gender in entries
    )


_SAVANNA = _animals(
    "lièvre/lièvres m, araignée/araignées f, hyène/hyènes f, tortue/tortues f,"
    "pintade/pintades f, caïman/caïmans m, éléphant/éléphants m, chien/chiens m,"
    "antilope/antilopes f, lion/lions m, singe/singes m, chèvre/chèvres f",
    {"lièvre": "Leuk", "araignée": "Anansé"},
)
_FOREST = _animals(
    "loup/loups m, renard/renards m, souris/souris f, corbeau/corbeaux m,"
    "chouette/chouettes f, hérisson/hérissons m, grenouille/grenouilles f,"
    "poule/poules f, chat/chats m, âne/ânes m, oie/oies f, chien/chiens m",
    {},
)
SAVANNA = World(
    animals=_SAVANNA[0],
    groups=_SAVANNA[1],
    girls=_nouns("Afi f, Ama f, Essi f, Abla f", proper=True),
    boys=_nouns("Kossi m, Kodjo m, Koffi m, Mensah m", proper=True),
    owners=_nouns("roi m, reine f, chasseur m, marchande f, pêcheur m, étudiante f"),
    things=_nouns(
        "calebasse f, pagne m, tambour m, collier m, panier m, natte f", animate=False
    ),
    food=_nouns("igname f, mangue f, banane f, beignet m, ananas m", animate=False),
    trees=_nouns("baobab m, manguier m", animate=False),
    places=(
        "au bord du fleuve",
        "dans la savane",
        "près du baobab",
        "à l'entrée du village",
        "au milieu des champs de mil",
    ),
    regions=("du village", "de la savane", "du grand fleuve"),
    spots=("près du marché", "derrière le baobab", "devant la case"),
)
FOREST = World(
    animals=_FOREST[0],
    groups=_FOREST[1],
    girls=_nouns("Louise f, Marie f, Lucie f, Adèle f", proper=True),
    boys=_nouns("Paul m, Louis m, Simon m, Antoine m", proper=True),
    owners=_nouns("roi m, reine f, meunier m, bergère f, sorcière f, étudiante f"),
    things=_nouns(
        "clé f, chapeau m, lanterne f, écharpe f, violon m, panier m", animate=False
    ),
    food=_nouns("fromage m, pomme f, poire f, gâteau m, tarte f", animate=False),
    trees=_nouns("chêne m, tilleul m", animate=False),
    places=(
        "au bord de la rivière",
        "dans la forêt",
        "près du moulin",
        "à l'entrée du village",
        "au pied de la colline",
    ),
    regions=("du village", "de la forêt", "du moulin"),
    spots=("près du puits", "derrière la grange", "devant la porte"),
)
WORLDS = (SAVANNA, FOREST)
LAST_SPOT = "au bout du chemin"
TRAITS = tuple(
    Adjective(masculine, feminine)
    for masculine, feminine in (
        ("curieux", "curieuse"),
        ("gourmand", "gourmande"),
        ("prudent", "prudente"),
        ("rusé", "rusée"),
        ("bavard", "bavarde"),
        ("patient", "patiente"),
        ("distrait", "distraite"),
        ("joyeux", "joyeuse"),
        ("paresseux", "paresseuse"),
        ("courageux", "courageuse"),
    )
)
MOUSE = Noun("souris", feminine=True, lemma="souris")
# La même souris, sur un bureau : rien ne les distingue que la suite du conte.
COMPUTER_MOUSE = Noun("souris", feminine=True, animate=False, lemma="souris")
STUDENT = Noun("étudiante", feminine=True, lemma="étudiante")
CATS = Noun("chats", feminine=False, plural=True, lemma="chat")


def pool(world: World, kind: str) -> tuple[Noun | Adjective | str, ...]:
    """Donne ce qui peut tenir un rôle d'une espèce donnée : « animal », « lieu »…

    Raises:
        ValueError: espèce inconnue.
    """
    kinds = {
        "animal": world.animals,
        "groupe": world.groups,
        "fille": world.girls,
        "enfant": world.girls + world.boys,
        "adulte": world.owners,
        "objet": world.things,
        "mets": world.food,
        "arbre": world.trees,
        "lieu": world.places,
        "trait": TRAITS,
        "souris": (MOUSE,),
        "souris-machine": (COMPUTER_MOUSE,),
        "étudiante": (STUDENT,),
        "chats": (CATS,),
    }
    if kind not in kinds:
        known = ", ".join(kinds)
        raise ValueError(f"kind doit être l'une des espèces {known} ; reçu {kind!r}")
    return kinds[kind]
