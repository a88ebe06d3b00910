"""English questions over the whole folder.

Nouns such as "report" need a topic after them, because people also ask about reports in the world.
"Articles of clothing" and "articles of the treaty" do not count as articles in the folder.
"""

import re
from itertools import count

from rag.language.asking import FolderKind, FolderQuestions

__all__ = ["FOLDER"]

_OUTLET = "[\ue000-\uf8ff]"
_OWN = rf"(?:{_OUTLET}(?:['’]s?)? )?"
_ONE = r"(?:(?:news(?:paper)? |press )?article|news (?:item|story|piece))"
_MORE = r"(?:(?:news(?:paper)? |press )?articles|news (?:items|stories|pieces))"
_ARTICLE = rf"(?:{_MORE}|{_ONE})"
_STORY = rf"(?:{_ARTICLE}|stor(?:y|ies)|pieces?|clippings)"
_TEXT = rf"(?:{_STORY}|(?:news )?reports?|texts?|documents?|sources|files)"
_THE = (
    r"(?:(?:all|any|the|these|those|this|that|your|our|my|of|selected|chosen|uploaded|different"
    rf"|every|each|both|other) )*{_OWN}"
)
_FORM = (
    r"(?:newsletters?|bulletins?|interviews?|q ?& ?as?|editorials?|columns?|obituar(?:y|ies)"
    r"|(?:book|film|theatre|restaurant) reviews?|press releases?|transcripts?|briefings?|letters?)"
)
_OF_FORM = (
    rf"(?P<topic>(?:the |this |that |your |our )*(?:[\w’'-]+ ){{0,3}}{_FORM}"
    r"(?: (?:with|by|from|of|on|about|to|in) \S.*?)?)"
)
_THERE = (
    r"(?: (?:are|is|were) there| there (?:are|is)| (?:do|can) (?:you|we|i) (?:have|find|see)"
    r"| have (?:you|we)(?: got)?| you have| exist)?"
)
_TOPIC = r"(?P<topic>\S.*?)"
_ABOUT = (
    r"(?:on|(?:are |is |were )?(?:all )?(?:about|regarding|concerning|covering|dealing with"
    r"|relat(?:ed|ing) to|mentioning|discussing|naming|containing|referring to|reporting on)"
    r"|mention(?:s|ed)?|discuss(?:es|ed)?|cover(?:s|ed)?|talk(?:s|ed)? (?:about|of)|names?"
    r"|refer(?:s|red)? to|contains?|include[sd]?|report(?:s|ed)? on|deal(?:s|t)? with"
    r"|(?:speaks?|spoke|writes?|wrote) (?:of|about)"
    r"|(?:says?|have|has) (?:some|any)thing (?:on|about))"
)
_ON = r"(?:on|about|regarding|concerning)"
_HERE = r"(?: in (?:the|this|my|your) (?:folder|collection|selection))?"
_ON_TOPIC = rf"{_THERE}{_HERE}(?: that| which)?(?: do| does| did)? {_ABOUT} {_TOPIC}"
_MAYBE_ON = rf"(?:{_ON_TOPIC})?"
_GIVE = (
    r"(?:(?:give|show|tell|write|make|provide|get|draw|create|build|find|list|bring|display|name)"
    r"(?: me| us)? )"
)
_WHAT_IS = r"(?:wh(?:at|ich)(?:['’]s| is| are| was| were) )"
_OPENED = rf"(?:{_GIVE}|{_WHAT_IS})?(?:the |your |an? )?"
_NAMED = r"(?:mentioned|named|discussed|covered|appear|come up)"
_BE = r"(?:is|are|was|were|does|do)"
_PRINTED = rf"(?:{_THERE}| are| (?:were|have been) (?:published|printed|written)| appeared)"
_SOURCE = r"(?P<source>[^\ue000-\uf8ff]+?)"
_BY = (
    r"(?: that)?(?: are| were| have been)?(?: written| published)? (?:by|from)"
    rf" {_SOURCE}"
)

_NAMES = (
    rf"(?:both )?(?:the )?{_OUTLET}(?:(?:,? and|,| or| with| to| versus| vs\.?| &)"
    rf" (?:the )?{_OUTLET})+"
)
_ALL = (
    r"(?:all |both )?(?:(?:the |these |your )(?:different |various |other |two |three )?"
    r"|different |various )"
    r"(?:outlets|newspapers|papers|media)"
)
_THEM = rf"(?:{_NAMES}|{_ALL})(?:['’]s?)?"
_COVERAGE = r"(?:coverage|reports?|reporting|articles|versions|accounts)"
_SAY = (
    r"(?: each| both)? (?:report|cover|describe|present|treat|portray|write|see|frame|say|tell"
    r"|differ)(?:ed|s)?(?: (?:on|about|of|over|regarding))?"
)
_COMPARE = (
    rf"(?:compare )?(?:how|what) (?:do |did |have )?{_THEM}{_SAY} {_TOPIC}",
    rf"compare {_THEM}(?: {_COVERAGE})? (?:on|about|of|over|regarding) {_TOPIC}",
    rf"compare (?:the )?{_COVERAGE} (?:of|on|about) {_TOPIC} (?:in|by|from|of|between) {_THEM}",
    (
        rf"how (?:do|does|did) (?:the )?{_OUTLET}(?:['’]s?)? {_COVERAGE} (?:of|on|about) {_TOPIC}"
        rf" (?:differ|compare) (?:from|with|to) (?:that (?:of|in) )?(?:the )?{_OUTLET}(?:['’]s?)?"
    ),
    (
        rf"(?:{_WHAT_IS}|{_GIVE})?(?:the )?differences? between {_THEM}(?: {_COVERAGE})?"
        rf" (?:on|about|of|over|regarding) {_TOPIC}"
    ),
    rf"(?:what|where|how) do {_THEM} (?:disagree|differ) (?:on|about|over|regarding) {_TOPIC}",
)

_REPORTS = rf"(?:{_THEM}|{_THE}(?:{_MORE}|(?:news )?reports|sources|accounts|versions))"
_DIFFER = r"(?:disagree|differ|conflict|contradict)(?: (?:with )?(?:each other|one another))?"
_DIFFERENCES = r"(?:differences?|disagreements?|contradictions?|discrepanc(?:y|ies))"
_DISAGREE = (
    (
        rf"(?:(?:on |about |in )?(?:what|which \w+)|where|how) (?:do|did) {_REPORTS} {_DIFFER}"
        r"(?: (?:on|about|over|in))?"
    ),
    rf"(?:do|did) {_REPORTS} {_DIFFER}(?: (?:on|about|over) anything| anywhere)?",
    (
        rf"(?:{_GIVE}|{_WHAT_IS}|(?:are|is) there )?(?:the |any )?{_DIFFERENCES} (?:between|among)"
        rf" {_REPORTS}(?: {_COVERAGE})?"
    ),
    rf"compare {_THEM}(?: {_COVERAGE})?",
)

_LINE = r"(?:time ?line|chronology)"
_IN_ORDER = r"(?:in (?:chronological order|(?:the )?order of (?:date|time)|order)|by date)"
_TIMELINE = (
    (
        rf"(?:{_GIVE})?(?:an? |the )?(?:short |brief |full )?{_LINE}(?: of (?:the )?events)?"
        rf"(?: (?:of|for|about|on|in|around|from) (?:{_THE}{_TEXT}{_MAYBE_ON}|{_TOPIC}))?"
    ),
    (
        rf"{_WHAT_IS}the (?:{_LINE}|(?:sequence|order) of (?:the )?events)"
        rf"(?: (?:of|in|during|around) {_TOPIC})?"
    ),
    r"what happened when(?:,? (?:in|during|with) (?P<topic>the \S+(?: \S+){0,2}|(?-i:[A-Z])\S+))?",
    (
        rf"(?:{_GIVE}|put |order |sort )(?:all )?(?:the )?events"
        rf"(?: (?:of|in|around|about|during) {_TOPIC})? {_IN_ORDER}"
    ),
    (
        rf"how did {_TOPIC} (?:unfold(?: over time| day by day)?"
        r"|(?:develop|evolve|go on) (?:over time|day by day))"
    ),
)


def _ranked(rank: str) -> tuple[str, ...]:
    """Questions for the newest or oldest articles; the group ``many`` is empty for a single one."""
    number = r"(?P<many>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
    one, more = rf"(?:{_ONE}|story|piece)", rf"(?:{_MORE}|stories|pieces)"
    named = (
        rf"(?:very )?{rank} {_OWN}(?P<many>){one}",
        rf"{number} {rank} {_OWN}{more}",
        rf"{rank} {number} {_OWN}{more}",
        rf"{rank} {_OWN}(?P<many>{more})",
    )
    return (
        *(rf"{_OPENED}{words}{_THERE}{_MAYBE_ON}" for words in named),
        *(rf"{_OPENED}{words}{_BY}" for words in named),
        rf"(?:which|what) (?P<many>){one}{_MAYBE_ON} (?:is|was) (?:the )?{rank}(?: one)?",
        rf"(?:which|what) (?P<many>){one} (?:is|was) (?:the )?{rank}(?: one)?{_MAYBE_ON}",
        rf"when (?:is|was) the (?P<many>){rank} {one}{_MAYBE_ON} (?:published|printed|from|dated)",
    )


# If no article matches a question with the group ``loose``, it is about the world.
_NEWEST = (
    *_ranked(r"(?:newest|latest|most recent|last)"),
    rf"(?:{_GIVE}|{_WHAT_IS})(?:the )?(?P<many>)(?P<loose>)latest(?: news)? {_ON} {_TOPIC}",
)
_FIRST = (
    *_ranked(r"(?:first|oldest|earliest)"),
    rf"(?:which|what) (?P<many>){_ONE} first (?:mention|report|cover)(?:s|ed)(?: on)? {_TOPIC}",
    rf"(?:which|what) (?P<many>){_ONE} (?:mention|report|cover)(?:s|ed)(?: on)? {_TOPIC} first",
)
_PUBLISHED = rf"(?:do|did|does|has|have) (?:the )?{_OUTLET} (?:publish|print|run|carry|have)(?:ed)?"
_COUNT = (
    rf"(?:count|how many) {_THE}{_TEXT}{_ON_TOPIC}",
    rf"(?:count|how many) {_THE}{_ARTICLE}{_PRINTED}(?: in total| altogether)?",
    rf"(?:count|how many) {_THE}{_ARTICLE}{_BY}(?:{_ON_TOPIC})?",
    rf"how many {_THE}{_ARTICLE} {_PUBLISHED}",
    rf"{_OPENED}(?:total )?number of {_THE}(?:{_TEXT}{_ON_TOPIC}|{_ARTICLE})",
    rf"in how many {_THE}{_TEXT} {_BE} {_TOPIC} {_NAMED}",
)
_AUTHORS = (
    rf"who (?:wrote|(?:is|are|was|were) the authors? of) (?:an )?{_THE}{_ARTICLE}{_ON_TOPIC}",
    (
        r"who (?:wrote|(?:is|was) the author of)(?P<loose>) (?:the|an) "
        rf"{_TOPIC} (?:article|interview)"
    ),
    r"who (?:wrote|has written|reported)(?P<loose>) (?:about|on) (?P<topic>\S+(?: \S+){0,4})",
)
_CORRECTED = r"(?:correct|clarif(?:y|ie)|retract)(?:ed)?"
_ANYTHING = rf"(?:any|some)(?:thing|(?: of)? {_THE}{_TEXT})"
_CORRECTIONS = (
    (
        rf"(?:which|what) (?:corrections|errors|mistakes) (?:did|has|have) (?:the )?{_OUTLET}"
        r" (?:publish(?:ed)?|print(?:ed)?|ma[dk]e|run|issued?|correct(?:ed)?)"
    ),
    r"(?:which|what) corrections (?:are there|(?:have been|were) (?:published|printed|made))",
    rf"{_GIVE}(?:all )?(?:the )?corrections(?: (?:by|from|of|in) (?:the )?{_OUTLET})?",
    rf"what (?:was|were|has been|got|is) {_CORRECTED}",
    rf"(?:what|which {_ARTICLE}) (?:did|has) (?:the )?{_OUTLET} (?:{_CORRECTED}|g[eo]t wrong)",
    rf"(?:did|has) (?:the )?{_OUTLET} {_CORRECTED} {_ANYTHING}",
    rf"(?:was|were|has|have) {_ANYTHING}(?: been)? {_CORRECTED}",
    (
        r"(?:(?:are|were|have) there (?:been )?)?any corrections"
        rf"(?: (?:by|from|of|in) (?:the )?{_OUTLET})?"
    ),
)
_PAPERS = r"(?:(?:news )?outlets|newspapers|papers|publications)"
_REPORTED = (
    r"(?:(?:reported|written|wrote|report|write)(?: (?:on|about))?|covered|cover|mentioned|mention)"
)
_OUTLETS = (
    rf"(?:which|what|how many) {_THE}{_PAPERS} (?:are there|do (?:you|we) have|are included)",
    rf"{_GIVE}{_THE}(?:news )?outlets",
    rf"(?:which|what) (?:of the )?{_PAPERS}(?P<loose>)(?: have| did)? {_REPORTED} {_TOPIC}",
)
_MENTIONS = (
    rf"(?:which|what) {_THE}(?:{_TEXT}|them){_ON_TOPIC}",
    rf"(?:in )?which {_THE}{_TEXT} {_BE} {_TOPIC} {_NAMED}(?: in)?",
    rf"where {_BE} {_TOPIC} (?:mentioned|come up)",
    (
        rf"what (?:else )?(?:do (?:you|we) have|have (?:you|we) got)"
        rf" (?:on|about|regarding|concerning) {_TOPIC}"
    ),
    rf"what is there (?:about|regarding|concerning) {_TOPIC}",
    rf"(?:(?:do (?:you|we) have|have (?:you|we) got|got) )?any(?:thing| {_STORY}){_ON_TOPIC}",
    (
        rf"(?:is|are) there (?:anything (?:about|regarding|mentioning) {_TOPIC}"
        rf"|(?:an?|any) {_STORY}{_ON_TOPIC})"
    ),
    (
        rf"(?:{_GIVE})?(?:everything|all)(?: (?:that )?(?:you|we) (?:have|know)(?: got)?"
        r"|(?: that)? there is| you['’]ve got)?"
        rf" (?:on|about|regarding|concerning|mentioning) {_TOPIC}"
    ),
    rf"(?:{_GIVE})?{_THE}{_STORY}{_ON_TOPIC}",
    rf"{_GIVE}{_THE}{_TEXT}{_ON_TOPIC}",
    rf"(?:{_GIVE}|which |what ){_THE}{_ARTICLE}{_PRINTED}",
    rf"(?:{_GIVE}|which |what ){_THE}{_ARTICLE}{_BY}(?:{_ON_TOPIC})?",
    rf"(?:which|what) {_THE}{_ARTICLE} {_PUBLISHED}",
    rf"(?:which|what) {_THE}{_ARTICLE} (?:did|has|have) {_SOURCE} (?:write|written)",
    rf"what (?:did|has|have) {_SOURCE} (?:write|written)(?: {_ON} {_TOPIC})?",
    (
        rf"what (?:do|does|did|has|have) (?:the )?{_OUTLET}(?P<loose>)"
        rf" (?:say|said|reporte?d?|write|written|publish(?:ed)?|print(?:ed)?) {_ON} {_TOPIC}"
    ),
)
_BRIEF = (
    r"(?:an? |the )?(?:(?:short|brief|quick|general|concise|rough) )?"
    r"(?:summary|tl;?dr|overview|digest|recap|rundown|outline|round-?up|synopsis|gist)"
)
_MAIN = r"(?:the )?(?:main|key|central|most important|biggest|top|major)"
_WHOLE = (
    rf"(?:{_THE}{_TEXT}{_MAYBE_ON}|them|everything(?: (?:about|on|concerning) {_TOPIC})?|it all)"
)
_SUMMARY = (
    rf"(?:summari[sz]e|sum up|recap|outline)(?: for (?:me|us))? {_WHOLE}",
    rf"(?:summari[sz]e|sum up|recap|outline)(?: for (?:me|us))? {_THE}{_TOPIC} {_MORE}",
    rf"(?:summari[sz]e|sum up|recap|outline)(?: for (?:me|us))? {_TOPIC}",
    rf"(?:{_GIVE}|{_WHAT_IS})?{_BRIEF}(?: (?:of|on|about) (?:{_WHOLE}|{_TOPIC}))?",
    rf"what(?:['’]s| are| is) (?:{_THE}{_TEXT}|they|these|those|this|it|it all)(?: all)? about",
    (
        rf"what (?:do|does) {_THE}{_TEXT} (?:say|report|cover|tell(?: me| us)?|deal with|talk about"
        r"|contain|discuss)"
    ),
    (
        rf"(?:{_GIVE}|{_WHAT_IS})?{_MAIN}"
        rf" (?:points|topics|themes|subjects|events|findings|facts) (?:of|in|from) {_WHOLE}"
    ),
    rf"(?:{_GIVE}|{_WHAT_IS})?{_MAIN} (?:topics|themes|stories|headlines|news stories)",
    r"what(?:['’]s| is)(?: there)?",  # "in this folder" may be left out
    rf"what(?:['’]s| is) in {_THE}(?:{_TEXT}|folder|selection)",
    r"what(?:['’]s| is) in (?:this|your|my|our) (?:collection|archive|library)",
    rf"what (?:do|does|did) (?:the )?{_OUTLET} (?:say|report|write|cover|tell us)",
    rf"what(?:['’]s| is| are)(?P<loose>) (?:in )?{_OF_FORM}(?: about)?",
    rf"what (?:do|does|did)(?P<loose>) {_OF_FORM} (?:say|report|cover|contain|tell(?: me| us)?)",
    (
        rf"(?:{_GIVE}|{_WHAT_IS})?{_MAIN}(?P<loose>)"
        rf" (?:points|topics|subjects|events|findings|facts) (?:of|in|from) {_OF_FORM}"
    ),
)


_PLURAL = (
    r"(?!\w+ states\b)(?:[a-z-]*[a-rt-z] )?(?:[a-z][a-z-]*[b-rt-z]s|[a-z]*ss?es|people|[a-z]*men)"
)
_NOUN = rf"(?P<noun>{_PLURAL})"
_EACH_NOUN = (
    r"(?:(?:every(?: single)?|each) (?P<noun>[a-z][a-z-]+)|(?P<noun>everyone|everybody)"
    rf"|{_THE}(?:different |distinct )?{_NOUN})"
)
_ARE_NAMED = (
    r"(?:(?:(?:that|which|who) )?(?:(?:is|are|was|were|get|gets) )?(?:all )?(?:being )?"
    r"(?:mentioned|named|listed|quoted|cited|talked about)"
    r"|(?:(?:that|which|who) )?(?:appears?|appeared|comes? up|occurs?|features?)"
    r"|(?:are|is) there|there are)"
)
_IN_THEM = (
    r"(?: (?:anywhere )?(?:in|by|from|across|throughout|of)"
    rf" (?:{_THE}{_TEXT}(?:{_BY}|{_MAYBE_ON})|(?:the )?{_OUTLET}(?:['’]s? {_TEXT})?"
    rf"|{_OF_FORM}))?"
)
_DONE = (
    r"(?P<done>(?:[a-z]+ly )?(?:[a-z-]+ed|shot(?: dead)?|hurt|chosen|beaten|given|found|held|sent"
    r"|hit|freed|caught|thrown|taken|cut|shut|sued|told|paid|sold|bought|driven|hidden)"
    r"(?: (?:by|in|of|for|over|on|after|during|because|at|to|from|with|under|as part)\b.*)?)"
)
_WERE = r"(?:is|are|was|were|(?:has|have|had) been|(?:is|are|was|were) being|will be)"
_ALONE = r"(?!.* and (?:why|how|when|where|what)\b)"  # no second question
_DID = (
    rf"{_ALONE}(?P<deed>(?!(?:did|do|does|is|are|was|were|has|have|had|would|will|can|could|should)\b)[a-z].*"
    r"|(?:will|would|has|have|had|can|could|are|were) (?:also )?"
    r"(?!(?:an?|the|no|any|some|more|most|many|in|on|at|under|over|to|part|there)\b)(?-i:[a-z]).*)"
)
# What several do together: "who won?" asks for one.
_BY_MANY = (
    r"voted|abstained|signed|attended|(?:took|takes) part|participated|testified|resigned|boycotted"
    r"|backed|opposed|supported|critici[sz]ed|condemned|praised|endorsed|met"
)
_LIST_OF = r"(?:(?:an? |the )?(?:full |complete )?list of )?"
_LIST = (
    rf"(?:which|what|how many) (?:other |different |distinct )?{_NOUN} {_ARE_NAMED}{_IN_THEM}",
    (
        rf"{_GIVE}(?:(?:an? |the )?(?:full |complete )?list of )?"
        rf"(?:(?:all )?(?:the )?names of )?{_EACH_NOUN}(?: {_ARE_NAMED})?{_IN_THEM}"
    ),
    rf"{_WHAT_IS}(?:all )?the names of {_EACH_NOUN}(?: {_ARE_NAMED})?{_IN_THEM}",
    rf"{_GIVE}(?:all )?(?:the )?(?P<noun>names){_IN_THEM}",
    rf"(?:{_GIVE})?(?:an? )?(?:full |complete )?list of {_EACH_NOUN}(?: {_ARE_NAMED})?{_IN_THEM}",
    rf"who (?:(?:all|else) )?{_ARE_NAMED}{_IN_THEM}",
    rf"who (?:are|were) (?:all )?(?:the )?{_NOUN}(?: {_ARE_NAMED})?{_IN_THEM}",
    rf"who (?:all )?{_WERE} {_DONE}",
    rf"(?:which|what) {_NOUN} {_WERE} {_DONE}",
    rf"(?:which|what) (?:of the )?{_NOUN} {_DID}",
    rf"who (?:all )?{_ALONE}(?P<deed>(?:{_BY_MANY})\b.*)",
    rf"(?:{_GIVE}|{_WHAT_IS}(?=the )){_LIST_OF}{_THE}{_NOUN} (?:that|which|who) {_WERE} {_DONE}",
    rf"(?:{_GIVE}|{_WHAT_IS}(?=the )){_LIST_OF}{_THE}{_NOUN} (?:that|which|who) {_DID}",
)


def _one_of(*forms: str) -> re.Pattern[str]:
    """Matches any of several whole questions; numbers their groups, as names must be unique."""
    numbers = count()
    whole = re.sub(
        r"\(\?P<(\w+)>", lambda found: f"(?P<{found[1]}_{next(numbers)}>", "|".join(forms)
    )
    return re.compile(whole, re.IGNORECASE)


FOLDER = FolderQuestions(
    kinds=(
        (FolderKind.COMPARE, _one_of(*_COMPARE)),
        (FolderKind.DISAGREE, _one_of(*_DISAGREE)),
        (FolderKind.TIMELINE, _one_of(*_TIMELINE)),
        (FolderKind.NEWEST, _one_of(*_NEWEST)),
        (FolderKind.FIRST, _one_of(*_FIRST)),
        (FolderKind.COUNT, _one_of(*_COUNT)),
        (FolderKind.AUTHORS, _one_of(*_AUTHORS)),
        (FolderKind.OUTLETS, _one_of(*_OUTLETS)),
        (FolderKind.CORRECTIONS, _one_of(*_CORRECTIONS)),
        (FolderKind.MENTIONS, _one_of(*_MENTIONS)),
        (FolderKind.SUMMARY, _one_of(*_SUMMARY)),
        (FolderKind.LIST, _one_of(*_LIST)),
    ),
    hint=re.compile(
        r"\b(?:articles?|news|stor(?:y|ies)|pieces?|clippings|reports?|texts?|documents?|sources"
        r"|files|time ?line|chronology|events|unfold|over time|day by day|happened when|mentioned"
        r"|come up|you (?:have|got)|we have|everything|all|anything|what is there|summar\w+|sum up"
        r"|recap|tl;?dr|outline|overview|digest|rundown|round-?up|synopsis|gist|themes|in|points|topics|headlines"
        r"|about|name|list|named|who|appears?|countries|people|everyone|compare"
        r"|(?:differ|disagree|conflict|contradict|discrepanc)\w*|outlets?|newspapers|papers|publications|media|latest|correct\w*|clarif\w*|retract\w*|wrong|folder|collection|archive)\b"
        r"|\bwhat (?:do|does|did|has|have) .* (?:say|said|report(?:ed)?|writ|publish|print)"
        r"|\b(?:how|what) (?:do|did|have) .* (?:and|or|versus|vs\.?|&) "
        r"|\b(?:which|what) (?:\w+ )?\w+s\b",
        re.IGNORECASE,
    ),
    spare=re.compile(
        r"^(?:please|and|so|now|(?:can|could|would|will) you|do you know"
        r"|tell me(?= (?:which|how|what))"
        r"|i(?:['’]d| would) like(?: you)?(?: to (?:see|know|have|get))?"
        r"|i (?:want|need)(?: you)?(?: to (?:see|know|have|get))?|let me (?:see|have)"
        r"|help me (?:to )?)\b[\s,]*"
        r"|[\s,]*\b(?:please|for me|here|in total|altogether"
        r"|(?:in|from|of|across|among|within) (?:the|this|these|those|your|my|our|all(?: the)?)"
        r" (?:(?:whole|entire|selected|uploaded) )?"
        r"(?:folder|index|corpus|selection|dataset|database)"
        # "Timeline of the library" is about a library.
        r"|(?:in|from|of|across|among|within) (?:this|these|your|my|our)"
        r" (?:(?:whole|entire) )?(?:collection|archive|library))$",
        re.IGNORECASE,
    ),
    within=re.compile(
        r"(?:(?: that)?(?: are| were)?(?: published| printed| written)? (?:from|by)"
        r"|(?: published| printed) in|(?:(?<=articles)|(?<=article)|(?<=stories)) (?:in|of))"
        rf" (?:the )?{_OUTLET}(?:(?:,? and|,| or) (?:the )?{_OUTLET})*(?![\w'’])",
        re.IGNORECASE,
    ),
    no_topic=re.compile(
        r"^(?:what|how|why|who|whom|whose|when|where|which|whether|if|that)\b"
        r"|^(?:it|its|this|them|these|those|him|her|he|she|they)$"
        r"|\b(?:did|does|do|was|were|has|have|had|is|are|will|would|can|could|should|must)\b"
        r"|\b(?:first|last|most|least|best)$"
    ),
    form=re.compile(rf"\b{_FORM}\b(?: (?:with|by|from|of|on|about|to|in)\b)?", re.IGNORECASE),
    article="the",
    mention=("mentions", "mention"),
    count=("{found} of {total} article", "{found} of {total} articles"),
    correct=("has a correction", "have corrections"),
    none="None of the {total} articles {mention}",
    undated=("{number} has no date", "{number} have no date"),
    names=("{number} name, in {articles}", "{number} names, in {articles}"),
    shown="shown: {number}, newest first",
    read="read: the newest {number}",
    picked={
        FolderKind.NEWEST: "shown: the newest",
        FolderKind.FIRST: "shown: the oldest",
        FolderKind.TIMELINE: "shown in order of date",
        FolderKind.DISAGREE: "shown: those whose figures differ ({number})",
        FolderKind.AUTHORS: "shown: those that name an author ({number})",
        FolderKind.OUTLETS: "shown: the newest of each outlet",
        FolderKind.SUMMARY: "shown: what each of {number} begins with",
    },
    several_picked={
        FolderKind.NEWEST: "shown: the {number} newest",
        FolderKind.FIRST: "shown: the {number} oldest",
    },
    no_names=("The article names none.", "The {total} articles name none."),
    reported="reported {day}",
    by="by {author}",
)
