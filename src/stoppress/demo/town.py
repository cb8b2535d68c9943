"""Pennywrack, an invented harbour town: its paper, its reporters, its people and places.

All of it is invented. The currency is the crown, and the country has no name.
"""

from dataclasses import dataclass
from random import Random

TOWN = "Pennywrack"
PAPER = "The Pennywrack Lantern"

SECTIONS = {
    "town-hall": "Town Hall",
    "harbour": "Harbour",
    "schools": "Schools",
    "business": "Business",
    "sport": "Sport",
    "arts-weather": "Arts & Weather",
}


@dataclass(frozen=True, slots=True)
class Reporter:
    """One of the paper's reporters, and the section that he or she covers."""

    name: str
    beat: str


REPORTERS = (
    Reporter("Maud Tillery", "town-hall"),
    Reporter("Jonas Peverel", "town-hall"),
    Reporter("Ines Cordrey", "harbour"),
    Reporter("Tam Ruddick", "harbour"),
    Reporter("Hester Quillan", "schools"),
    Reporter("Barnaby Osk", "business"),
    Reporter("Dilys Marchbanks", "sport"),
    Reporter("Aurel Fincham", "arts-weather"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the news, with name and pronouns."""

    first: str
    last: str
    she: bool

    def __str__(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def they(self) -> str:
        return "she" if self.she else "he"

    @property
    def them(self) -> str:
        return "her" if self.she else "him"

    @property
    def their(self) -> str:
        return "her" if self.she else "his"


WOMEN = (
    "Adela", "Bettany", "Cosima", "Delphine", "Edda", "Fenella", "Greta", "Hanne", "Isolde",
    "Jorun", "Kezia", "Lotte", "Marit", "Nerys", "Ottilie", "Petra", "Rosalba", "Saskia",
    "Tamsin", "Una", "Verity", "Wilma", "Ysolt", "Zillah",
)  # fmt: skip
MEN = (
    "Alaric", "Benno", "Caspar", "Dunstan", "Emrys", "Florian", "Gethin", "Hollis", "Ivo",
    "Jasper", "Kit", "Leopold", "Milo", "Ned", "Osric", "Piers", "Quentin", "Rufus", "Silas",
    "Torben", "Ulf", "Viggo", "Wendell", "Yorick",
)  # fmt: skip
SURNAMES = (
    "Abernook", "Barleycote", "Coldrake", "Dapplewell", "Eelbrook", "Fennimoor", "Gorsehill",
    "Harkaway", "Inchbold", "Jessamy", "Kettleby", "Larkrise", "Mossop", "Netherby", "Oakshott",
    "Pimblett", "Quarrender", "Roskilly", "Sandeman", "Thripp", "Underhay", "Vossel",
    "Wainscot", "Yarrowby", "Applegarth", "Brocklesea", "Cutterwell", "Drinkall",
    "Ebbsworth", "Furlong", "Gannaway", "Hexelby", "Lobbett", "Marrable", "Nuttall-Pike",
    "Ormerod", "Pasco", "Rudge", "Stickleback", "Tuckett",
)  # fmt: skip

PLACES: dict[str, tuple[str, ...]] = {
    "street": (
        "Ropewalk Lane", "Cooper’s Steps", "Gull Street", "Lime Row", "Old Customs Hill",
        "Candle Street", "Barrel Yard", "Herring Lane", "Saltpan Road", "Weaver’s Cut",
        "Lantern Square", "Mast Street", "Tollgate Road", "Pinder’s Walk", "Quince Avenue",
    ),
    "village": (
        "Fennick", "Marl End", "Upper Sedge", "Little Tarrow", "Hobbin’s Cross", "Gullrest",
        "Sallowfield", "Oxwade", "Brackle", "Thornby Sands",
    ),
    "pub": (
        "the Dry Anchor", "the Patient Heron", "the Ship Aground", "the Three Oars",
        "the Quiet Woman’s Sister", "the Lamp and Ladder",
    ),
    "boat": (
        "Marigold", "Second Thoughts", "Constant Wren", "Ebb Tide Annie", "Patience Rewarded",
        "Northern Biscuit", "Lady of Fennick", "Silver Darling", "Old Argument", "Merry Widower",
        "Petrel’s Promise", "Slow Dance",
    ),
    "school": (
        "Saltpan Road School", "St Gudgeon’s School", "Pennywrack Academy", "Quayside School",
        "Hilltop School", "Lime Row School", "Fennick Village School",
    ),
    "club": (
        "Fennick Rovers", "Marl End Athletic", "Upper Sedge United", "Little Tarrow Town",
        "Hobbin’s Cross Harriers", "Oxwade Albion", "Brackle Victoria", "Sallowfield Rangers",
    ),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "ward": ("Quayside", "Hilltop", "Saltpan", "Ropewalk", "Lime Row", "Old Town"),
}  # fmt: skip


def meet(rng: Random, known: set[str]) -> Person:
    """Return a new person whose surname is not in `known`, and add the surname to it."""
    last = rng.choice([name for name in SURNAMES if name not in known])
    known.add(last)
    she = rng.random() < 0.5
    return Person(rng.choice(WOMEN if she else MEN), last, she)


def visit(rng: Random, kind: str, known: set[str]) -> str:
    """Return a place of a kind (a key of `PLACES`) that is not in `known`, and add it to it."""
    place = rng.choice([name for name in PLACES[kind] if name not in known])
    known.add(place)
    return place


def reporter_for(rng: Random, section: str) -> Reporter:
    """Return one of the reporters whose beat is `section`."""
    return rng.choice([reporter for reporter in REPORTERS if reporter.beat == section])
