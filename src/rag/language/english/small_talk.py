"""English small talk."""

import re

from rag.language.asking import SmallTalk

__all__ = ["SMALL_TALK"]

_NAMES = (
    "there|again|all|both|everyone|everybody|folks|guys|team|my friend|friend|mate|buddy|bro|pal"
    "|man|dude"
    "|dear|sir|ma'?am|madam|byline|chat ?bot|bot|robot|assistant|ai|world|then"
)
_SO = "so very|very|so|really|quite|pretty|extremely|most|super|all|just"
_FINE = (
    "good|great|nice|cool|fine|ok|okay|perfect|excellent|awesome|amazing|brilliant|fantastic"
    "|wonderful"
    "|lovely|sweet|neat|superb|terrific|marvell?ous|impressive|fascinating|interesting|helpful"
    "|useful"
    "|clear|true|right|correct|enough|fun(?:ny)?|sad|terrible|awful|too bad|bad|kind of you"
    "|strange|odd|weird"
)
_FOR = (
    r" for (?:(?:all|the|your|this|that|these|those|so|such|a|an|its?)\b ?)*"
    r"(?:(?:quick|kind|great|good|useful|helpful|clear|detailed) )?"
    r"(?:help|information|info|answers?|reply|replies|response|explanation|time|details?|update"
    r"|support"
    r"|clarification|clarifying|assistance|efforts?|work|everything|nothing|helping(?: me)?|asking"
    r"|telling me|letting me know|explaining|checking|answering)?"
)

_ABOUT = (
    r"(?:who|what)(?: exactly| the \w+)? are you\b(?: exactly)?|who am i talking to"
    r"|are you still there"
    r"|who (?:made|built|created|wrote|trained|programmed) you|what(?:'s| is) your (?:name"
    r"|purpose|job)"
    r"|do you have a name|what do (?:you|people|they) call you|how old are you"
    r"|(?:can you )?(?:please )?(?:tell me (?:something )?about yourself|introduce yourself)"
    r"|what (?:else )?(?:can|do|could) you (?:do|know|offer|tell me)(?: for me)?"
    r"|how can you help(?: me)?"
    r"|(?:what|how) (?:can|could|should|may|do|would) i (?:ask|use)(?: you| here| this"
    r"| it)?(?: about)?"
    r"|what (?:sort|kind|type)s? of (?:things|questions) (?:can|could|should|may) i ask(?: you)?"
    r"|how do you work|what are your (?:features|functions|capabilities|sources|limits)"
    r"|(?:please |i need |i want |can you |could you "
    r"|will you )*(?:some )?help(?: me)?(?: out)?(?: please)?"
    r"|(?:are|r) you (?:there|real|human|alive|sentient|sure|serious|kidding(?: me)?|ok(?:ay)?"
    r"|online|ready"
    r"|chat ?gpt|listening|an? (?:real )?(?:ai|bot|chat ?bot|robot|human(?: being)?|person"
    r"|machine|computer))"
    r"|/?(?:commands?|menu|start)|usage|instructions"
    r"|(?:is|are) (?:anybody|anyone|someone|you) (?:there|here|home)"
)
_FAREWELL = (
    r"(?:good ?)?bye+(?:[ -]?bye+)*(?: for now| now)?|good ?night|cheerio|farewell|so long|cya"
    r"|ciao|adieu"
    r"|see (?:you|ya|u)(?: (?:later|soon|tomorrow|around|then|next time))?"
    r"|take care(?: of yourself)?|ttyl"
    r"|(?:talk|speak|chat) (?:to you )?(?:later|soon|tomorrow)|until (?:next time|then|tomorrow)"
    r"|have fun"
    r"|have an? (?:very )?(?:nice|good|great|lovely|wonderful|pleasant) (?:day|one|evening"
    r"|week(?:end)?"
    r"|night|time|afternoon)|(?:that's|that is|that will be|that'll be|that was) (?:all|it)"
    r"(?: (?:for (?:now|today)|i (?:needed|wanted)(?: to know)?))?"
    r"|(?:i'm|i am|we're|we are) done(?: here)?|i(?:'ve| have)? (?:got to|gotta|have to"
    r"|must) (?:go|run)"
    r"|gotta go|nothing (?:else|more)|no (?:more|further) questions"
)
_THANKS = (
    r"(?:(?:many|big|huge|warm) )?(?:th+a+n+k+s+|th+a+n+x+|thx+|tnx|thnx|thnaks|thansk|tysm|ty"
    r"|cheers|ta\b"
    r"|merci(?: beaucoup)?|(?:vielen )?danke?|(?:muchas )?gracias|grazie(?: mille)?|tack"
    r"|obrigad[oa])"
    r"(?: (?:so much|very much|a lot|a (?:million|bunch|ton)|ever so much|anyway|indeed|heaps"
    r"|loads))?"
    rf"(?:{_FOR})?|th+a+n+k+(?: yo+u+| ?u| ya)(?: (?:so much|(?:so )?very much|a lot|kindly"
    rf"|ever so much"
    rf"|anyway|indeed))*(?:{_FOR})?|(?:very |so )?much appreciated|much obliged"
    r"|(?:i )?(?:really |do )?appreciate (?:it|that|this|your help|the help)|i(?:'m| am) grateful"
    r"|(?:(?:that|this|it) )?(?:really )?help(?:s|ed)(?: (?:a lot|me(?: a lot)?|very much))?"
)
_GREETING = (
    r"h+e+l+o+w?|h+i+(?:ya)?|h+e+y+a?|howdy|greetings|yo|salutations|welcome|nice to meet you"
    r"|what'?s up|sup"
    r"|(?:pleased|glad|good|great) to (?:meet|see) you|(?:good )?(?:morning|afternoon|evening)"
    r"|good day|g'day"
    r"|how(?: are|'re| r) (?:you|u|ya|things)(?: (?:doing|today|feeling|this morning|going))*"
    r"|how do you do"
    r"|how(?:'s| is) (?:it going|life|everything|your day(?: going)?)(?: today)?|and (?:you"
    r"|yourself)"
    r"|(?:i have|i've got|i got|can i ask(?: you)?|may i ask(?: you)?|i(?:'d"
    r"| would) like to ask(?: you)?)"
    r" (?:a|some|one|another|a few|two)(?: quick| short| more| other)? (?:questions?|things?)"
    r"|can i ask (?:you )?something|(?:(?:just )?one (?:more )?|(?:a |my |the )?(?:next|another"
    r"|quick|last|final) )(?:question|thing)"
)
_OTHER = (
    r"o+k+(?:ay+|ey|ie|i)?(?: do(?:k|ki)ey?)?|k+|okie|alright(?:y)?|all right|sure(?: thing)?"
    r"|got (?:it|that|you)"
    r"|gotcha|i (?:see|understand|know|get it|got it|agree|guess so|think so|hope so|like (?:it"
    r"|that|you)"
    r"|love (?:it|that|you)|am sorry)|understood|noted|fair enough|good to (?:know|hear)"
    r"|makes sense"
    r"|(?:that|it|this) (?:makes sense|works)|no (?:problem|worries|idea|matter|way|comment)"
    r"|never ?mind"
    r"|i(?:'m| am) (?:so )?sorry|sorry(?: about that)?|my bad|excuse me|pardon(?: me)?|apologies"
    r"|please"
    r"|ye+s+|yep|yeah+|yup|ya|n+o+|nope|nah|maybe|perhaps|of course|exactly|precisely|indeed"
    r"|absolutely"
    r"|definitely|certainly|agreed|really|seriously|obviously|not really|not bad|i (?:don't"
    r"|do not) (?:know|care)"
    r"|o+h+|a+h+a?|h+m+|m+h+m+|u+h+|u+m+|e+r+m*|w+o+w+|whoa|ha(?:ha)+h?|hehe+|lo+l|lmao|rofl|omg"
    r"|oops|ouch|ugh|yay"
    r"|hooray|oh my(?: god)?|well(?: done)?|bravo|congrat(?:s|ulations)|kudos|not? bad"
    r"|as expected|whatever|(?:that|it)(?: is|'s) not (?:right|correct|true|it)"
    r"|(?:(?:that|it)(?: is|'s) )?not what i (?:meant|asked(?: for)?|wanted)"
    r"|i (?:did not|didn't) (?:know|expect) (?:that|it|this)|(?:that|it) was (?:quick|fast)"
    r"|(?:good|great|nice|excellent|amazing) (?:job|work|one|stuff|answer|point|to know|bot|try"
    r"|news|thinking)"
    r"|you(?:'re| are) (?:most |very )?(?:welcome|right|wrong|correct|the best|an? (?:star"
    r"|genius|legend|idiot))"
    rf"|(?:you(?:'re| are) )(?:(?:{_SO}) )*(?:{_FINE})|you rock"
    rf"|(?:(?:that|this|it)(?:'s| is| was|s|'ll be)? )?(?:(?:{_SO}"
    rf"|an?) )*(?:{_FINE})(?: (?:stuff|news))?"
    r"|(?:this is )?(?:just )?(?:a )?test(?:s|ing)?(?:[ ,]+(?:test(?:ing)?|one|two|three|1|2|3"
    r"|123))*|check|ping"
)

_HELLO = "Hello! Ask a question about the articles."
_WHAT = "This is Byline. Ask about the articles, and it quotes what they say, with the source."
_ASK = "Ask a question about the articles."


def _phrase(words: str) -> re.Pattern[str]:
    """A phrase with an optional addressee; matches whole words and both kinds of apostrophe."""
    either = rf"(?:{words})(?:,? (?:{_NAMES}))*".replace("'", "['’]")
    return re.compile(rf"{either}(?![\w'’&-])", re.IGNORECASE)


SMALL_TALK = SmallTalk(
    kinds=tuple(
        (_phrase(words), reply)
        for words, reply in (
            (_ABOUT, _WHAT),
            (_FAREWELL, "Goodbye!"),
            (_THANKS, "You're welcome! Ask again whenever you like."),
            (_GREETING, _HELLO),
            (_OTHER, _ASK),
        )
    ),
    joins=re.compile(r"(?:(?:and|but|so|then|or|oh|now)\b\W*)+", re.IGNORECASE),
    asks=re.compile(
        r"(?:(?:and|but|so|then|now|also|please|tell me|(?:can|could|will"
        r"|would) you (?:please )?tell me"
        r"|do you know|i want to know|i wonder|i(?:['’]d| would) like to know)\b[\s,:]*)*"
        r"(?:(?:who(?:m|se)?|what|when|where|which|why|how)\b(?:['’]s)?"
        r"|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\s+"
        r"(?:(?:an?|the|there|that|this|these|those|any\w*|some\w*|all|it|he|she|they|we|you|i)\b"
        r"|(?-i:[A-Z])))",
        re.IGNORECASE,
    ),
    otherwise=_ASK,
)
