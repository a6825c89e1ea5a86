"""Suite des cellules : le texte se coupe aux titres et aux cellules de code."""

import json

from notebooks import boxes, exercises, render
from notebooks.cells import Cell, code, folded, markdown
from notebooks.context import Context
from notebooks.model import Block, Break, Directive, Heading, Text
from notebooks.predictions import prediction

HIDDEN = {"hide-input", "hide-cell", "remove-input"}


class Assembly:
    """Rend les blocs du premier niveau ; sait quel exercice est ouvert."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.made: list[Cell] = []
        self.pending: list[Block] = []
        self.gate: Directive | None = None
        self.announced = False

    def cells(self) -> list[Cell]:
        """Toutes les cellules de la source."""
        for block in self.context.source.blocks:
            self._add(block)
        if self.gate:
            message = f"{self.gate.name} sans {self._closing(self.gate)}"
            raise self.context.error(self.gate.line, message)
        self._flush()
        return self.made

    def _add(self, block: Block) -> None:
        name = block.name if isinstance(block, Directive) else ""
        if name == "code-cell":
            self._flush()
            self._code(block)
        elif name == "prediction":
            self._flush()
            self._prediction(block)
        elif name in exercises.OPENINGS | exercises.CLOSINGS:
            self._flush()
            self._gate(block)
        elif name == "fin-prediction" or isinstance(block, Break):
            self._flush()
        else:
            if isinstance(block, Heading):
                self._flush()
                self.context.section = self.context.label_of(block)
            self.pending.append(block)

    def _gate(self, directive: Directive) -> None:
        if directive.name in exercises.OPENINGS:
            if self.gate:
                message = f"{directive.name} dans {self.gate.name}, non refermé"
                raise self.context.error(directive.line, message)
            self.gate, self.announced = directive, False
            return
        if not self.gate or self._closing(self.gate) != directive.name:
            raise self.context.error(directive.line, f"{directive.name} sans ouverture")
        if not self.announced and self._is_exercise():
            self._announce("")
        self.gate = None

    def _closing(self, directive: Directive) -> str:
        return directive.name.replace("-start", "-end")

    def _is_exercise(self) -> bool:
        return bool(self.gate) and self.gate.name == "exercise-start"

    def _flush(self) -> None:
        """Écrit le texte en attente : tel quel, en citation ou replié."""
        found, self.pending = self.pending, []
        text = render.blocks(self.context, found, nested=self.gate is not None)
        if not text:
            return
        origin = json.dumps([_source(block) for block in found], ensure_ascii=False)
        if self._is_exercise():
            self._announce(text)
        elif self.gate:
            title = exercises.solution_title(self.context, self.gate)
            self.made.append(markdown(render.details(title, text), origin))
        else:
            self.made.append(markdown(text, origin))

    def _announce(self, text: str) -> None:
        """Énoncé d'un exercice ouvert, titré la première fois."""
        gate = self.gate
        title = exercises.exercise_title(self.context, gate)
        if self.announced:
            title += " (suite)"
        origin = f"{gate.label or gate.argument}\0{'suite' if self.announced else ''}"
        self.announced = True
        self.made.append(markdown(render.quote(title, text), origin))

    def _code(self, directive: Directive) -> None:
        tags = list(directive.metadata.get("tags") or [])
        if "remove-cell" in tags:
            return
        text = "\n".join(directive.lines).strip("\n")
        number = self.context.numbered(directive)
        if self._is_exercise() and not self.announced:
            self._announce("")
        if self.gate and not self._is_exercise():
            title = exercises.solution_title(self.context, self.gate)
            self.made.append(folded(text, title, tags))
        elif HIDDEN & set(tags):
            named = number[:1].lower() + number[1:]
            title = f"Code de la {named}" if number else "Code de ce qui suit"
            self.made.append(folded(text, title, tags))
        else:
            self.made.append(code(text, tags))
        if number:
            caption = self.context.label_of(directive).title
            shown = render.text(self.context, [caption], directive.line)
            self.made.append(markdown(boxes.legend(number, shown), caption))

    def _prediction(self, directive: Directive) -> None:
        quoted, answer = prediction(self.context, directive)
        self.made.append(markdown(quoted, f"prediction {directive.label}"))
        self.made.append(code(answer))


def _source(block: Block) -> list:
    """Contenu d'un bloc sans son numéro de ligne, que toute insertion décale."""
    match block:
        case Text():
            return list(block.lines)
        case Directive():
            return [block.name, block.argument, block.options, list(block.lines)]
    return [str(value) for key, value in vars(block).items() if key != "line"]
