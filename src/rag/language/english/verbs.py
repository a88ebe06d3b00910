"""Verb forms for questions: "Baku expelled" becomes "did Baku expel"."""

import re

__all__ = ["ASIDE", "PAST_FORMS", "base_form", "is_verb"]

_IRREGULAR = (
    "beat:beat become:became begin:began break:broke bring:brought build:built buy:bought"
    " catch:caught choose:chose come:came cost:cost cut:cut deal:dealt draw:drew drive:drove"
    " fall:fell feel:felt fight:fought find:found flee:fled fly:flew get:got give:gave go:went"
    " grow:grew have:had hear:heard hit:hit hold:held hurt:hurt keep:kept know:knew lay:laid"
    " lead:led leave:left lend:lent lose:lost make:made mean:meant meet:met overcome:overcame"
    " pay:paid put:put quit:quit read:read ride:rode rise:rose run:ran say:said see:saw"
    " seek:sought sell:sold send:sent set:set shoot:shot show:showed shut:shut sink:sank sit:sat"
    " speak:spoke spend:spent spread:spread stand:stood steal:stole strike:struck sue:sued"
    " swear:swore take:took teach:taught tell:told think:thought throw:threw undergo:underwent"
    " understand:understood uphold:upheld win:won withdraw:withdrew write:wrote"
)
_DOUBLING = (
    "admit ban bar cancel commit compel control drop dub equip expel grab label level model"
    " occur omit permit plan plot prefer rebel refer repel rob ship signal slam slip stop strip"
    " submit top transfer travel trim war wrap"
)
_REGULAR = (
    "accept accompany accuse achieve acquire add address adopt advise affect agree aid aim"
    " allege allow announce answer apologise apologize appeal appear apply appoint approve argue"
    " arrest arrive ask assassinate assault attack attempt attend attract attribute authorise"
    " authorize award back base beg believe belong blame block boost borrow boycott brand call"
    " campaign capture carry cause celebrate challenge change charge chase cite claim clash"
    " classify close collapse collect comment compete complain complete concede conclude condemn"
    " conduct confirm congratulate consider consist contact contain continue contribute convict"
    " cover crash create criticise criticize cross damage debut decide declare decline decrease"
    " defeat defend delay deliver demand denounce deny depend deploy derive describe deserve"
    " design destroy detain detect develop die direct disappear discover discuss dismiss display"
    " dispute dissolve divide donate earn elect eliminate embrace emerge emphasise emphasize"
    " employ enable encourage end endorse endure enter erase erupt escape establish estimate"
    " evacuate examine exchange execute expand expect explain explode export express extend face"
    " fail favor favour feature file fill film finance finish fire fix focus follow force found"
    " free fund gain gather grant greet guarantee hail hand happen head help hijack hire honor"
    " honour hope host identify ignore impose improve include increase indict inform injure"
    " insist inspect inspire install intend introduce invade invest investigate invite involve"
    " issue jail join jump kidnap kill land last launch learn license lift like limit link list"
    " live lobby locate lower maintain manage mark marry measure mention merge mine monitor"
    " mourn move murder name need negotiate nominate note notify offer open operate oppose order"
    " organise organize oust outlaw overturn own participate pass perform pick plead pledge"
    " point poison pose postpone pour praise predict prepare present press prevent produce"
    " prohibit promise promote propose prosecute protect protest prove provide publish pull"
    " punish purchase pursue push qualify question raid raise rally reach realise realize recall"
    " receive recognise recognize recommend record recover recruit reduce refuse register"
    " regulate reiterate reject relate relax release rely remain remember remove rename renew"
    " reopen repair repeal repeat replace reply report represent request require rescue resign"
    " resist resolve respond restart restore restrict result resume retain retire retreat return"
    " reveal reverse review revive reward rule sanction save score search secure seize select"
    " sentence separate serve settle share shift shock sign slash slow smuggle specialise"
    " specialize sponsor spot stage start state stay storm stress study succeed suffer suggest"
    " summon supply support surge surpass surprise surrender survey survive suspend sustain"
    " tackle talk target tax test testify thank threaten toll top tour track trade train treat"
    " trigger triumph try tumble turn uncover underline underscore unveil urge use vaccinate"
    " veto view violate visit voice vote vow wait walk want warn wash watch weaken welcome wield"
    " witness work worry wound wreck"
)
ASIDE = (
    r"(?:also|later|then|further|meanwhile|repeatedly|recently|previously|initially|reportedly|"
    r"publicly|formally|officially|already|again|finally|eventually|once|now|still|subsequently)"
)
"""Adverbs between a subject and its verb that can be left out."""


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    return f"{base[:-1]}ied" if re.search(r"[^aeiou]y$", base) else f"{base}ed"


def _third(base: str) -> str:
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ies"
    return f"{base}es" if re.search(r"(?:s|sh|ch|x|z|o)$", base) else f"{base}s"


_PAIRS = [tuple(pair.split(":")) for pair in _IRREGULAR.split()]
_PAST = {past: base for base, past in _PAIRS}
PAST_FORMS = "|".join(past for base, past in _PAIRS if past != base)
"""The irregular past forms, as alternatives of a pattern."""
_PAST |= {_past(base): base for base in _REGULAR.split()}
_PAST |= {f"{base}{base[-1]}ed": base for base in _DOUBLING.split()}
_PRESENT = {_third(base): base for base in _PAST.values()} | {"has": "have"}


def base_form(verb: str) -> tuple[str, str] | None:
    """The auxiliary and base form of ``verb``: ("did", "expel") for "expelled"; None if unknown.

    A form that is both present and past ("cut", "put") counts as past.
    """
    if verb in _PAST:
        return "did", _PAST[verb]
    return ("does", _PRESENT[verb]) if verb in _PRESENT else None


def is_verb(word: str) -> bool:
    """Whether ``word`` can be a finite form of a known verb."""
    return base_form(word) is not None
