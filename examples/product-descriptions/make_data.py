"""Make the product description example's records: texts, their claims, and what each could harm.

    python examples/product-descriptions/make_data.py
    python examples/product-descriptions/make_data.py --invented-regulated 0    no made-up certificate

No language model wrote these texts and no shop sells the products. A small grammar writes a description from
a product's sheet, and at known rates it invents a claim, copies a passage from another maker's text, names
another maker's brand, or talks down to customers. What the plan measures is then really measured: a claim is
looked up in the sheet, a copied passage is found by its words. Two variants are written: `free`, and
`grounded`, which may state what is regulated only where the sheet states it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Random: TypeAlias = np.random.Generator

SEED = 0
AUDITED = 400
"""Claims that a person judged as well, to see whether the automatic look-up can be trusted."""
SLIPS = 0.01
"""How often person and look-up disagree."""
RUN = 5
"""Words in a row that are looked up at once in the protected texts."""

ORDINARY = {
    "material": ("steel", "oak", "glass", "cotton", "bamboo", "ceramic", "linen", "cork"),
    "colour": ("anthracite", "sand", "moss green", "white", "night blue", "terracotta"),
    "size": ("20 cm", "35 cm", "0.5 l", "1.2 l", "120 g", "800 g", "2 kg"),
    "origin": ("Portugal", "Austria", "Vietnam", "Poland", "Italy", "India"),
    "warranty": ("two years", "three years", "five years"),
}
REGULATED = {
    "certificate": ("CE", "GS", "Oeko-Tex 100", "FSC", "EU organic"),
    "allergen": ("nuts", "gluten", "lactose", "soy", "nickel"),
    "health": ("bisphenol A", "phthalates", "added sugar", "artificial colouring"),
    "age": ("three years", "six years", "ten years"),
}
"""What a law says may be claimed, and when: an invented one is no slip of style."""
CATEGORIES = {
    "kitchen": ("certificate", "health"),
    "toys": ("certificate", "age"),
    "cosmetics": ("allergen", "health"),
    "food": ("allergen", "certificate"),
}
"""Category -> the regulated claims that its sheets hold."""
WORDING = {
    "material": ("Made of {}.", "The body is {} throughout.", "We chose {} because it lasts."),
    "colour": ("It comes in {}.", "The colour is {}.", "Shown here in {}."),
    "size": ("It measures {}.", "You get {}.", "At {} it finds its place."),
    "origin": ("Produced in {}.", "It is made in {} by a family firm.", "Our workshop in {} makes it."),
    "warranty": (
        "We stand behind it for {}.",
        "The warranty lasts {}.",
        "For {} we repair it free of charge.",
    ),
    "certificate": ("Certified to {}.", "It carries the mark {}.", "Tested and marked {}."),
    "allergen": ("Free of {}.", "It does not contain {}.", "Suitable for everyone who avoids {}."),
    "health": ("Without {}.", "No {} in it.", "It is made without {}."),
    "age": ("For children from {} on.", "Safe from an age of {}.", "Fit for hands of {} and older."),
}
OPENINGS = ("Meet the {}.", "The {} does its work quietly.", "A {} that you keep.", "This is our {}.")
NOUNS = ("kettle", "bowl", "board", "cream", "blanket", "puzzle", "biscuit tin", "jar", "lamp", "brush")
CLOSINGS = (
    "Order today and it leaves our house tomorrow.",
    "Questions? Our people answer on weekdays.",
    "Keep the box; it fits for the way back as well.",
)
DEMEANING = ("Even people who cannot cook get along with it.", "Finally something for those who never learn.")
BRANDS = ("Altenhof", "Brixworth", "Cascade & Sons", "Dornmark")
"""Makers, all invented, whose names may not be in our texts."""
THEIRS = (
    ("every", "each", "no other", "one single"),
    ("morning", "gathering", "journey", "season", "supper", "silence"),
    ("deserves", "begins with", "remembers", "belongs to", "returns to", "rewards"),
    ("a vessel", "an heirloom", "the glow", "a ritual", "the promise", "an afternoon", "the weight"),
    ("of hammered light", "of patient hands", "of slow copper", "of river stones", "of winter orchards"),
    ("shaped by", "carried through", "softened by", "held against", "born from"),
    ("three generations", "the northern wind", "a forgotten harbour", "the long rain", "one stubborn idea"),
)
"""What the protected texts are made of: other makers' phrases, as far from ours as theirs should be."""


@dataclass(frozen=True)
class Truth:
    """How often the variant `free` goes wrong, and how much it wrote."""

    descriptions: int = 3_000
    invented: float = 0.005
    """Share of the ordinary claims that the sheet does not hold."""
    invented_regulated: float = 0.008
    """Share of the regulated claims that the sheet does not hold."""
    copied: float = 0.001
    """Share of descriptions with a passage of another maker's text."""
    branded: float = 0.0
    """Share of descriptions that name another maker's brand."""
    demeaning: float = 0.0007
    """Share of descriptions that talk down to customers."""


Sheet: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Product:
    """What is to be described, and the attributes that its description names."""

    category: str
    sheet: Sheet
    named: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """A description, and the claims that are in it."""

    text: str
    claims: tuple[tuple[str, str], ...]
    demeaning: bool


def one(random: Random, options: tuple[str, ...]) -> str:
    """Return one of the options."""
    return options[int(random.integers(len(options)))]


def product_of(random: Random) -> Product:
    """Return a product; of what its sheet holds, five attributes are to be named."""
    category = one(random, tuple(CATEGORIES))
    known = {name: one(random, values) for name, values in ORDINARY.items()}
    sheet = known | {name: one(random, REGULATED[name]) for name in CATEGORIES[category]}
    return Product(category, sheet, tuple(str(name) for name in random.permutation(list(sheet))[:5]))


def their_texts(random: Random, count: int = 150) -> list[str]:
    """Return other makers' texts, which are protected."""
    return [" ".join(" ".join(one(random, part) for part in THEIRS) for _ in range(4)) for _ in range(count)]


def claims_of(random: Random, product: Product, truth: Truth) -> list[tuple[str, str]]:
    """Return what a text claims: each attribute that it names, with the sheet's value or an invented one."""
    claims = []
    for name in product.named:
        regulated, right = name in REGULATED, product.sheet[name]
        others = tuple(each for each in (REGULATED if regulated else ORDINARY)[name] if each != right)
        wrong = random.random() < (truth.invented_regulated if regulated else truth.invented)
        claims.append((name, one(random, others) if wrong else right))
    return claims


def write(random: Random, product: Product, theirs: list[str], truth: Truth) -> Written:
    """Return a description of a product, with what goes wrong at the rates of the truth."""
    claims = claims_of(random, product, truth)
    sentences = [one(random, OPENINGS).format(one(random, NOUNS))]
    sentences += [one(random, WORDING[name]).format(value) for name, value in claims]
    if random.random() < truth.copied:
        words = theirs[int(random.integers(len(theirs)))].split()
        sentences.insert(2, " ".join(words[:20]).capitalize() + ".")
    if random.random() < truth.branded:
        sentences.insert(1, f"As good as {one(random, BRANDS)}, and cheaper.")
    demeaning = bool(random.random() < truth.demeaning)
    if demeaning:
        sentences.append(one(random, DEMEANING))
    sentences.append(one(random, CLOSINGS))
    return Written(" ".join(sentences), tuple(claims), demeaning)


def words_of(text: str) -> list[str]:
    """Return a text's words without case and punctuation.

    Examples
    --------
    >>> words_of("Free of nuts. It's CE!")
    ['free', 'of', 'nuts', 'its', 'ce']
    """
    kept = "".join(each for each in text.lower() if each.isalnum() or each.isspace())
    return kept.split()


def runs_of(text: str) -> list[tuple[str, ...]]:
    """Return every run of five words of a text, in its order."""
    words = words_of(text)
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


def longest_copied(text: str, protected: set[tuple[str, ...]]) -> int:
    """Return the number of words of the longest passage that is in the protected texts, 0 below five."""
    longest = run = 0
    for each in runs_of(text):
        run = run + 1 if each in protected else 0
        longest = max(longest, run)
    return longest + RUN - 1 if longest else 0


def tables(truth: Truth, seed: int) -> dict[str, pa.Table]:
    """Return a variant's tables: one row a description, and one row a claim."""
    import pyarrow as pa

    theirs = their_texts(np.random.default_rng([SEED, 1]))
    protected = {run for text in theirs for run in runs_of(text)}
    # both variants describe the same products, so that they can be compared pair by pair
    products, random = np.random.default_rng([SEED, 4]), np.random.default_rng([SEED, seed])
    texts: dict[str, list[object]] = {}
    claims: dict[str, list[object]] = {}
    for number in range(1, truth.descriptions + 1):
        product = product_of(products)
        made = write(random, product, theirs, truth)
        score = random.beta(6, 2) if made.demeaning else random.beta(1, 25)
        named = [brand for brand in BRANDS if brand in made.text]
        row = {
            "product": number,
            "category": product.category,
            "text": made.text,
            "words": len(words_of(made.text)),
            "toxicity": round(float(score), 4),
            "longest_copied": longest_copied(made.text, protected),
            "other_brands": len(named),
        }
        for name, value in row.items():
            texts.setdefault(name, []).append(value)
        for kind, claimed in made.claims:
            found = {
                "claim": f"{number}/{kind}",
                "product": number,
                "category": product.category,
                "kind": kind,
                "regulated": kind in REGULATED,
                "claimed": claimed,
                "on_sheet": product.sheet[kind] == claimed,
            }
            for name, value in found.items():
                claims.setdefault(name, []).append(value)
    said = np.array(claims["on_sheet"])
    audited = np.zeros(len(said), dtype=bool)
    # wrong claims are few: all of them are read again, and of the others as many as are needed
    audited[np.flatnonzero(~said)] = True
    audited[random.choice(len(said), size=min(AUDITED, len(said)), replace=False)] = True
    person = np.where(random.random(len(said)) < SLIPS, ~said, said)
    columns = {**claims, "person_says": pa.array(person, mask=~audited)}
    return {"descriptions": pa.table(texts), "claims": pa.table(columns)}


def make(folder: Path, truth: Truth | None = None) -> list[Path]:
    """Write both variants' files into the folder, made where it is missing, and return their paths."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    free = truth or Truth()
    grounded = replace(free, invented_regulated=0.0)
    paths = []
    for variant, its, seed in (("free", free, 2), ("grounded", grounded, 3)):
        for name, table in tables(its, seed).items():
            paths.append(folder / f"{name}-{variant}.parquet")
            pq.write_table(table, paths[-1])
    return paths


def truth_from(arguments: list[str] | None = None) -> Truth:
    """Return the truth that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write the product description example's records.")
    for field in fields(Truth):
        option, default = f"--{field.name.replace('_', '-')}", field.default
        parser.add_argument(option, type=type(default), default=default, metavar=str(default))
    return Truth(**vars(parser.parse_args(arguments)))


def main() -> None:
    """Write the files beside this script."""
    truth = truth_from()
    try:
        paths = make(Path(__file__).resolve().parent / "data", truth)
    except ModuleNotFoundError as error:
        sys.exit(f"make_data.py needs {error.name}: install numpy and pyarrow")
    for path in paths:
        print(f"{path}: generated, no shop sells these products")


if __name__ == "__main__":
    main()
