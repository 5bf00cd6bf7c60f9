"""The languages of the programs: which one, its messages, its dates.

English sentences in the source are the message ids; each front end has a
``locale`` folder with the Brazilian Portuguese ones. No system locale is needed
or used.
"""

import functools
import gettext
import io
from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
PORTUGUESE: Final = "pt_BR"
LANGUAGES: Final = (ENGLISH, PORTUGUESE)
LANGUAGE_WORDS: Final = (ENGLISH, "pt")
"""What users type for them; ``parse_language`` reads more."""
DOMAIN: Final = "prosa"

_ENVIRONMENT: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

# Own tables: the C locale may not be installed, and strftime would follow it.
_WEEKDAYS: Final = {
    ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    PORTUGUESE: ("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
}
_MONTHS: Final = {
    ENGLISH: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    PORTUGUESE: ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"),
}


def N_(message: str) -> str:
    """Mark a message that stands in a table and is translated when it is shown."""
    return message


class Catalogue:
    """The messages of one language."""

    __slots__ = ("_package", "_translations", "language")

    def __init__(self, package: str, language: str, translations: gettext.NullTranslations) -> None:
        self.language: Final = language
        self._package: Final = package
        self._translations = translations

    def __repr__(self) -> str:
        return f"Catalogue({self.language!r})"

    def in_language(self, language: str) -> "Catalogue":
        """The catalogue of the same package for another of ``LANGUAGES``."""
        return read_catalogue(self._package, language)

    def tr(self, message: str, /, **values: object) -> str:
        """``message`` in this language, its ``{placeholders}`` filled from ``values``."""
        return self._translations.gettext(message).format(**values) if message else ""

    def trn(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The form for ``n``, filled from ``values`` and with ``n`` as ``{n}``."""
        return self._translations.ngettext(singular, plural, n).format(n=n, **values)

    def day(self, year: int, month: int, day: int, weekday: int) -> str:
        """A date for a day rule, as ``Mon 23 Nov 2026``; ``weekday`` 0 is Monday."""
        return f"{_WEEKDAYS[self.language][weekday]} {day} {_MONTHS[self.language][month - 1]} {year}"


@functools.cache
def read_catalogue(package: str, language: str) -> Catalogue:
    """Return the catalogue of a package for one of ``LANGUAGES``; the file is read once.

    A missing file gives English words, never an error.
    """
    if language == ENGLISH:
        return Catalogue(package, ENGLISH, gettext.NullTranslations())
    import pkgutil  # only here: English is in the source

    try:
        # Not a path: the package may be inside a zip file.
        data = pkgutil.get_data(package, f"locale/{language}/LC_MESSAGES/{DOMAIN}.mo")
    except OSError:
        data = None
    translations = gettext.GNUTranslations(io.BytesIO(data)) if data else gettext.NullTranslations()
    return Catalogue(package, language, translations)


def parse_language(text: str) -> str | None:
    """One of ``LANGUAGES`` from what people and environments write: ``pt``, ``pt_BR.UTF-8``, ``EN-us``.

    ``C`` and ``POSIX`` are English. None for any other language.
    """
    code = text.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0].lower()
    if code == "pt":
        return PORTUGUESE
    if code in ("en", "c", "posix"):
        return ENGLISH
    return None


def choose_language(option: str | None, setting: str | None, environment: Mapping[str, str]) -> str:
    """The language to start in: ``--lang``, the settings, then the environment; English if none says.

    As with every POSIX program, the first of LC_ALL, LC_MESSAGES and LANG that
    is not empty decides, even if it names a language that there is no catalogue for.
    """
    for text in (option, setting):
        language = parse_language(text) if text else None
        if language is not None:
            return language
    for variable in _ENVIRONMENT:
        if environment.get(variable):
            return parse_language(environment[variable]) or ENGLISH
    return ENGLISH
