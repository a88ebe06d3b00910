"""English words that show whether a name is a person, company, organisation or place."""

import re

from rag.language.english.countries import NATIONALITIES, countries
from rag.language.english.phrases import OPENER, ROLE
from rag.language.naming import Named, Sort

__all__ = ["NAMED"]

_CAPITAL = (
    r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*\w(?:(?<=s)['’](?= (?:Party|Union|League|Council|Federation)\b))?"
    r"|(?:Mrs?|Ms|Dr|Gov|Sen|Rep|Gen|Col|Lt|Maj|Capt|Sgt|Prof|Rev)\.|(?:[A-Z]\.){2,}|[A-Z]\b\.?)"
)
_JOINT = r"(?: (?:(?:de|da|van|von|den|der|del|di|al|bin|ibn|la|le|du|ul) )*|(?<=\w) & )"
_NO = r"[^\s,;:.“”\"()]"
_SHORT_TITLE = r"gov|sen|rep|gen|col|lt|maj|capt|sgt|prof|rev"
_TITLE = rf"{_SHORT_TITLE}|mr|mrs|ms|dr|sir|dame|lord|lady|ayatollah|imam|sheikh|rabbi|martyr|saint"
_PEOPLE = (
    r"librarian|banker|teacher|negotiator|collector|trainer|driver|pilot|painter|shipowner|farmer"
    r"|fisherman|colonel|major|lieutenant|sergeant|inspector|detective|ombudsman|candidate|suspect"
    r"|victim|witness|pupil|student|resident|veteran|campaigner|organiser|organizer|designer|critic"
    r"|architect|curator|photographer|presenter|broadcaster|blogger|cook|chef|priest|imam|monk|nun"
    r"|footballer|runner|swimmer|cyclist|skier|boxer|referee|councillor|councilor|deputy|delegate"
    r"|consul|vice-president|millionaire|trader|broker|investor|programmer|developer|plumber|miner"
    r"|colleague|successor|contractor|violinist|pianist|cellist|guitarist|drummer|conductor"
    r"|predecessor|opponent|chemist|physicist|astronomer|geologist|expert|specialist|surgeon|dean"
    r"|accountant|auditor|firefighter|dealer|legislator|MP|soldier|hostage|prisoner|defendant|dancer|philosopher"
    r"|substitute|passenger|survivor|eyewitness|bystander|neighbou?r|tenant|shopkeeper|baker|postman"
    r"|rector|principal|marshal|emir|sultan|shah|duke|duchess|baron|count|princess|countess"
    r"|consort|highness|majesty|laureate|hero|heroine"
)
_PERSON = rf"(?:{ROLE[3:-1]}|{_TITLE}|{_PEOPLE}|(?-i:[a-z]\w+(?:m[ae]n|persons?)))"
_COMPANY = (
    r"(?:company|companies|firm|corporation|business|enterprise|insurer|bank|lender|builder|operator"
    r"|maker|\w+maker|manufacturer|producer|processor|carrier|airline|shipping|retailer|bookseller"
    r"|brewer|brewery|supplier|publisher|startup|start-up|conglomerate|shipyard|chain|utility"
    r"|supermarket|subsidiary|giant|distributor|exporter|importer|refiner|wholesaler)"
)
_BODY = (
    r"(?:party|union|council|ministry|agency|movement|commission|committee|court|parliament|senate"
    r"|congress|association|federation|club|team|league|charity|army|navy|police|university|college"
    r"|school|institute|board|bureau|organi[sz]ation|alliance|coalition|confederation|foundation"
    r"|authority|brigade|office|assembly|forum|society|group|network|newspaper|fund|trust)"
)
_PLACE = (
    r"(?:river|lake|sea|ocean|bay|gulf|strait|mount|mountain|hill|valley|island|isle|cape|coast"
    r"|city|town|village|port|harbou?r|district|province|region|county|state|republic|peninsula"
    r"|street|road|square|bridge|dam|airport|station|stadium|park|mosque|church|cathedral|castle"
    r"|palace|hospital|museum|border|desert|forest|canal|capital|suburb|hall|mosque|tower)"
)
_THING = (
    r"(?:north|south|east|west|northern|southern|eastern|western|central|cup|prize|award|festival"
    r"|rival|treaty|act|plan|day|week|war|revolution|games|agreement|accord|law|bill|championship|red"
    r"|rovers|wanderers|harriers|striders|athletic|united|campaign|point|star|press"
    r"|zionist|islamic|times|post|herald|news|radio|television|championships|olympics|regime)"
)
_OWN = r"(?:the|an?|his|her|its|their|our|my|[\w-]+['’]s?)"
_WORDS = rf"{_NO}+(?: {_NO}+){{0,5}}?"

NAMED = Named(
    run=re.compile(rf"{_CAPITAL}(?:{_JOINT}{_CAPITAL})*"),
    person=re.compile(rf"{_PERSON}s?", re.IGNORECASE),
    surname=re.compile(
        r"King|Bishop|Cook|Judge|Major|Prince|Pope|Dean|Driver|Head|Baron|Count|Duke|Monk|Marshal"
        r"|Farmer|Painter|Miner|Justice|Champion|Chase|Priest|Abbot|Knight"
    ),
    opener=re.compile(
        rf"{OPENER.pattern}|(?:Later|Meanwhile|However|Then|Still|Elsewhere|Instead|Moreover|Now"
        r"|Recently|Earlier|Soon|Finally|Back|Hours|Days|Weeks|Months|Years|Last|Next)$"
    ),
    ship_title=re.compile(r"Lady|Lord|King|Queen|Prince|Princess|Sir|Duke|Duchess|Saint"),
    saint=re.compile(r"Saint|St\.?"),
    company=re.compile(rf"{_COMPANY}s?", re.IGNORECASE),
    company_name=re.compile(
        r".* (?:Ltd|Limited|Inc|Corp|Corporation|Co|Company|plc|PLC|LLC|AG|GmbH|SA|AB|Oy|Group"
        r"|Holdings?|Brothers|Bros|Sons|Bank|Airlines|Airways|Motors|Industries|Energy|Mills|Works"
        r"|Build|Builders|Construction|Homes|Press|Publishing|Publishers|Books|Lines|Ferries"
        r"|Logistics|Insurance|Foods|Media|Pharma|Steel|Oil|Gas|Electric|Systems|Technologies"
        r"|Partners|Water|Rail|Telecom)\.?|.+ & .+"
    ),
    body=re.compile(_BODY, re.IGNORECASE),
    place=re.compile(_PLACE, re.IGNORECASE),
    thing=re.compile(_THING, re.IGNORECASE),
    thing_name=re.compile(
        r"(?:Tropical )?(?:Storm|Hurricane|Typhoon|Cyclone) .+|.+ Cent(?:re|er)"
        r"|\w{3,}(?:kraft|verket|rail|com|tech|soft)"
    ),
    state=re.compile(r"\b(?:(?:Islamic |People['’]s )?Republic|Kingdom|Islamic|State)\b"),
    of_country=re.compile(
        r"\w+(?:ian|ish|ese)s?|American|German|French|Dutch|Greek|Swiss|Czech|Turk|Azeri|Iraqi"
        r"|Israeli|Pakistani|Saudi|Afghan|Kurd|European|African|Korean|Mexican|Cuban|Zionist|Islamic"
        r"|Republican|Democrat|Democratic|Muslim|Christian|Jew|Jewish|Arab|Republic|Kingdom|State|Sundays?"
    ),
    at=re.compile(r"\b(?:in|near|at|between|across|outside)\s(?:the )?$", re.IGNORECASE),
    before=re.compile(
        rf"(?:\b(?:{_OWN}|two|three|four|five|six|\d+) (?P<role_1>{_WORDS})"
        r"(?: (?:of|for|at|in) [^,;:]{1,40})?, "
        r"|(?:\bthe )?\b(?P<role_2>cit(?:y|ies)|(?:town|village|port|island|district|province"
        r"|state|river|firm)s?|part(?:y|ies)) of (?:the )?"
        r"|\b(?P<role_4>[a-z]\w+s) such as (?:the )?"
        r"|(?-i:(?<![\w’'-])(?P<role_3>(?:(?!(?:of|in|at|by|for|and|from|to)\b)"
        r"[a-z][\w’'-]* ){1,4})))$",
        re.IGNORECASE,
    ),
    after=re.compile(
        rf"(?:, {_OWN} (?P<role_1>{_WORDS})(?= (?:of|for|at|in|who|which|that|and)\b|[,.;:]|$)"
        rf"|, (?P<role_2>(?:former |deputy )?{_PERSON}) (?:of|for|at)\b"
        r"|(?: (?:has|had))?(?: (?:was|were|been))?"
        r" (?:re-)?(?:elected|appointed|named|sworn in|became|becomes)"
        rf" (?:as )?(?:the |an? )?(?P<role_3>(?:[\w-]+ )?{_PERSON})\b"
        rf"| (?:is|was|has been) (?:the |an? )(?P<role_4>(?:[\w-]+ )?{_PERSON})\b)",
        re.IGNORECASE,
    ),
    listed=re.compile(r"(?P<role>[^.;:“”\"]{3,80}): $"),
    listing=re.compile(
        r"^(?: (?:on|in|at|after|from|over|last|this|yesterday|today)\b[^,;:]*)?: $"
    ),
    who=re.compile(r", who\b|['’]s (?:wife|husband|lawyer|mother|father)\b"),
    joins=re.compile(
        rf"(?:, \d{{1,3}})?,?(?: (?:and|or))? (?:(?:the |an? )?(?i:{_PERSON} )?"
        r"|(?<= and )(?:his|her|their|the|an?) (?:[\w-]+ ){0,2}[\w-]+, )"
    ),
    last_join=(" and ", " or ", " and the "),
    definite=re.compile(r"\b(?:the|an?) $", re.IGNORECASE),
    being=re.compile(
        r"\b(?:is|are|was|were|be|been|being|gets?|got)(?: (?:also|not|later|reportedly|\w+ly))? $",
        re.IGNORECASE,
    ),
    verb_endings=frozenset(("", "e", "s", "d", "es", "ed", "ing")),
    agent=re.compile(r"(?: [\w-]+){0,2}? by (?:the )?"),
    objects=re.compile(
        r" (?:(?!(?:and|or|but|of|by|to|in|on|at|with|from|as|near|outside|after|before|who|that"
        r"|because|when|while|against|for|than|about|over|said)\b)[\w-]+ ){0,4}"
    ),
    opposed=frozenset(("for", "against")),
    unsure=re.compile(
        r"\b(?:not?|none|nobody|nothing|never|neither|nor|few|hardly|almost|nearly|only|except|if"
        r"|unless|whether|would|could|should|must|might|(?-i:may)|refus\w+|fail\w+|den(?:y|ied|ies)"
        r"|threaten\w*|cannot|without)\b|n['’]t\b|(?:^|[,;] )had\b|\bto $",
        re.IGNORECASE,
    ),
    subject=re.compile(
        rf"(?: (?:of|from) (?:the )?{_CAPITAL}(?: {_CAPITAL})*)?"
        r"(?:, (?:an?|the|which|who|whose|\d+)\b[^,;:]{0,60},|, who)?"
        r"(?: (?:has|have|had|is|are|was|were|been|being|be|will|also|all|both|later|then|again"
        r"|\w+ly))* ",
    ),
    belongs=re.compile(r" (?:of|from) (?:the )?"),
    governed=re.compile(
        r"\b(?:to|of|from|for|with|by|than|like|against|near|in|at|on|about|after|before|behind|over"
        r"|under|between|outside|whose|her|his|their) (?:[\w’'-]+ ){0,3}$",
        re.IGNORECASE,
    ),
    owner=re.compile(r"['’]"),
    countries=countries,
    nationalities=NATIONALITIES,
    sorts={
        **dict.fromkeys(
            ["people", "persons", "person", "individuals", "men", "women"], Sort.PERSON
        ),
        **dict.fromkeys(["everyone", "everybody", "individual", "man", "woman"], Sort.PERSON),
        **dict.fromkeys(["countries", "country", "nations", "nation"], Sort.COUNTRY),
        **dict.fromkeys(
            ["companies", "company", "firms", "firm", "businesses", "business"], Sort.COMPANY
        ),
        **dict.fromkeys(["corporations", "corporation"], Sort.COMPANY),
        **dict.fromkeys(
            ["organisations", "organizations", "organisation", "organization"], Sort.BODY
        ),
        **dict.fromkeys(["institutions", "institution", "bodies", "body"], Sort.BODY),
        **dict.fromkeys(
            ["places", "place", "towns", "town", "cities", "city", "villages", "village"],
            Sort.PLACE,
        ),
        **dict.fromkeys(["locations", "location"], Sort.PLACE),
        "names": None,
    },
    plurals=(("s", ""), ("es", ""), ("ies", "y"), ("men", "man")),
)
