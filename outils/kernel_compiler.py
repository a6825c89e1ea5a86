"""Compile les noyaux Triton sans GPU, et lit dans le binaire ce qu'il lui faudrait.

Registres, pile et instructions viennent du binaire lui-même (``cuobjdump``, livré avec
triton) ; la mémoire partagée, de ce que triton demande au lancement. À lancer dans un
processus où TRITON_INTERPRET n'est pas posé.
"""

import re
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from cours_transformers.kernels.configurations import Configuration
from cours_transformers.kernels.launch import block_dimension

# Octets de mémoire partagée qu'un bloc peut demander (guide de programmation CUDA,
# table des capacités de calcul).
SHARED_LIMIT = {80: 166_912, 86: 101_376, 89: 101_376, 90: 232_448}
TYPES = {torch.float16: "fp16", torch.bfloat16: "bf16", torch.float32: "fp32"}
FLOATS = {"LSE", "DELTA", "D_LSE", "SLOPES"}
OPTIONAL = {"SLOPES", "MASK", "D_LSE"}


@dataclass(frozen=True)
class Compiled:
    """Ce que demande un noyau compilé : par fil (registres, pile), et par bloc."""

    kernel: str
    capability: int
    dtype: str
    d: int
    block_q: int
    block_k: int
    num_warps: int
    num_stages: int
    descriptors: bool
    registers: int
    spills: int
    shared: int
    shared_limit: int
    tensor_cores: int
    options: str = ""

    @property
    def fits(self) -> bool:
        """Vrai si la puce a assez de mémoire partagée."""
        return self.shared <= self.shared_limit

    def row(self) -> dict[str, object]:
        """Rend la ligne à écrire dans le fichier de mesures."""
        return asdict(self)


def compile_kernel(
    kernel,
    capability: int,
    dtype: torch.dtype,
    D: int,
    sizes: Configuration,
    options: tuple[str, ...] = (),
) -> Compiled:
    """Compile un noyau pour une puce que l'on n'a pas, et lit ses ressources.

    ``options`` : ceux des arguments facultatifs, « SLOPES » et « MASK », qu'il reçoit.
    """
    from triton.backends.compiler import GPUTarget  # triton peut manquer
    from triton.compiler import ASTSource, compile

    signature, constants, attributes = _signature(kernel, dtype, D, sizes, options)
    source = ASTSource(
        fn=kernel, signature=signature, constexprs=constants, attrs=attributes
    )
    team = {"num_warps": sizes.num_warps, "num_stages": sizes.num_stages}
    built = compile(source, target=GPUTarget("cuda", capability, 32), options=team)
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(built.asm["cubin"])
        file.flush()
        usage = _dump("-res-usage", file.name)
        code = _dump("-sass", file.name)
    found = re.search(r"REG:(\d+) STACK:(\d+)", usage)
    return Compiled(
        kernel.__name__, capability, TYPES[dtype], D, *asdict(sizes).values(),
        registers=int(found[1]), spills=int(found[2]), shared=built.metadata.shared,
        shared_limit=SHARED_LIMIT[capability],
        tensor_cores=len(re.findall(r"\b(?:HMMA|HGMMA)\b", code)),
        options=" ".join(options),
    )  # fmt: skip


def _signature(kernel, dtype: torch.dtype, D: int, sizes: Configuration, options):
    """Type chaque argument comme d'ordinaire : pas multiples de 16, D contigu."""
    given = {"D": D, "BLOCK_D": block_dimension(D), "BLOCK_Q": sizes.block_q}
    given |= {"BLOCK_K": sizes.block_k, "DESCRIPTORS": sizes.descriptors}
    signature, constants, attributes = {}, {}, {}
    absent = OPTIONAL.difference(options)
    types = dict.fromkeys(FLOATS, "*fp32") | {"MASK": "*u8"}
    for i, name in enumerate(kernel.arg_names):
        aligned = [["tt.divisibility", 16]]
        if name in given or name in absent or name.endswith("_d"):
            signature[name] = "constexpr"
            constants[i,] = given.get(name, None if name in absent else 1)
        elif name in "QKV" or (name.isupper() and len(name) > 1):
            signature[name] = types.get(name, "*" + TYPES[dtype])
            attributes[i,] = aligned
        elif name == "scale":
            signature[name] = "fp32"
        else:
            signature[name] = "i32"
            if "_" in name:
                attributes[i,] = aligned
    return signature, constants, attributes


def _dump(option: str, path: str) -> str:
    from triton import backends

    tool = Path(backends.__file__).parent / "nvidia" / "bin" / "cuobjdump"
    return subprocess.run(
        [str(tool), option, path], capture_output=True, text=True, check=True
    ).stdout
