"""Which of the known names somebody probably meant who wrote another."""

from collections.abc import Iterable
from difflib import get_close_matches

from gateway.language import Phrase


def near(value: str, known: Iterable[str]) -> Phrase:
    """Say which of the known names was probably meant, else which there are."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(value.casefold(), folded, n=1, cutoff=0.55)
    if close:
        return Phrase("mend.did_you_mean", {"near": folded[close[0]]})
    if not names:
        return Phrase("mend.none_known")
    shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return Phrase("mend.known", {"names": shown})
