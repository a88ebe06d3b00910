"""Recognises questions in languages other than English by their first question word."""

import re

__all__ = ["FOREIGN", "FOREIGN_NOTICE"]

_GERMAN = "wer|wen|wem|wessen|wann|wo|woher|wohin|warum|wieso|weshalb|wie|wieviele?|welche[rsmn]?"
_DUTCH = "wie|wat|waar|waarom|wanneer|hoe|hoeveel|welke?"
_FRENCH = "qui|que|quoi|quand|où|pourquoi|comment|combien|quel(?:le)?s?|est-ce|qu['’]\\w+"
_SPANISH = (
    "qui[eé]n(?:es)?|qu[eé]|cu[aá]ndo|d[oó]nde|cu[aá]l(?:es)?|cu[aá]nt[oa]s?|c[oó]mo|por qu[eé]"
)
_PORTUGUESE = "quem|o que|quando|onde|porqu[eê]|qual|quais|quant[oa]s?"
_ITALIAN = "chi|che|cosa|cos['’]\\w+|quando|dove|perch[eé]|quale|quali|quant[oaie]|come mai"
_NORDIC = "hvem|hva|hvad|hvor|hvorfor|hvorn[åa]r|hvilken|vem|vad|varf[öo]r|n[äa]r|hur|vilken"
_SLAVIC = "kto|kiedy|gdzie|dlaczego|ile|kt[oó]r[yae]|kdo|kdy|kde|pro[čc]|kolik"

FOREIGN = re.compile(
    rf"^\W*(?:{_GERMAN}|{_DUTCH}|{_FRENCH}|{_SPANISH}|{_PORTUGUESE}|{_ITALIAN}|{_NORDIC}|{_SLAVIC}"
    r"|was (?:ist|sind|hat|haben|wird|war|waren|passierte?|geschah|sagte|macht))(?![\w'’-])",
    re.IGNORECASE,
)
FOREIGN_NOTICE = (
    "Found nothing that answers. Byline is set up for questions in English: please ask in English."
)
