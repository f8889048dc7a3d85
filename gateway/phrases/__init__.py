"""Every phrase of the command line as a pair: English, then Chinese.

Side by side, so that neither can be forgotten; `{names}` are filled in by whoever speaks.
"""

from gateway.phrases import (
    channels,
    commands,
    connections,
    contacts,
    counts,
    district,
    doctor,
    drill,
    faults,
    helps,
    hindsight,
    homes,
    install,
    page,
    pictures,
    privacy,
    question,
    walk,
    watch,
)

Pair = tuple[str, str]
PHRASES: dict[str, Pair] = {
    **helps.PHRASES,
    **commands.PHRASES,
    **faults.PHRASES,
    **homes.PHRASES,
    **connections.PHRASES,
    **watch.PHRASES,
    **doctor.PHRASES,
    **counts.PHRASES,
    **install.PHRASES,
    **walk.PHRASES,
    **pictures.PHRASES,
    **privacy.PHRASES,
    **hindsight.PHRASES,
    **drill.PHRASES,
    **page.PHRASES,
    **channels.PHRASES,
    **question.PHRASES,
    **contacts.PHRASES,
    **district.PHRASES,
}
