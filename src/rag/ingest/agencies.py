"""Names of news agencies, and a pattern for names of newspapers."""

import re

__all__ = ["is_outlet"]

# https://en.wikipedia.org/wiki/List_of_news_agencies: those that sign datelines in English.
_AGENCIES = frozenset(
    {"AA", "AAP", "ABI", "ABNA", "AFP", "AGI", "AKI", "ANA", "ANA-MPA", "ANI", "ANSA", "Anadolu",
     "Anadolu Agency", "Antara", "AP", "APA", "APP", "APS", "ATA", "ATS", "AZERTAC",
     "Azertag", "BELGA", "Belga", "BelTA", "Bernama", "Bloomberg", "BNA", "BNS",
     "BSS", "BTA", "CNA", "CNS",
     "ČTK", "CTK", "DPA", "dpa", "EFE", "ELTA", "Europa Press", "FARS", "Fars",
     "FENA", "GNA", "Hina", "HINA", "IANS", "ICANA", "IFP", "ILNA", "Interfax", "IRIB",
     "IRNA", "ISNA", "ITAR-TASS", "Jiji", "JTA", "KCNA", "Keystone-SDA", "KUNA", "Kyodo", "LETA",
     "Lusa", "Mehr", "MENA", "MNA", "MTI", "NAN", "NNA", "NTB", "NZPA", "PA",
     "PAP", "Petra", "PNA", "Press Association", "PTI", "QNA", "Reuters", "RIA Novosti",
     "Ritzau", "SANA", "SAPA", "SDA", "SPA", "STA", "STT", "Tanjug", "TASR", "TASS",
     "Tasnim", "TT", "Turan", "Ukrinform", "UNB", "UNI", "UPI", "WAFA", "WAM", "Xinhua", "YJC",
     "Yonhap"}
)  # fmt: skip
_NEWSPAPER = re.compile(
    r".+[ ](?:News|News[ ]Agency|Newswire|Wire|Agency|Press|Times|Post|Courier|Herald|Tribune"
    r"|Gazette|Chronicle|Journal|Telegraph|Observer|Guardian|Mail|Star|Sun|Standard|Daily|Radio"
    r"|TV|Broadcasting|Advertiser|Argus|Bulletin|Bugle|Dispatch|Echo|Examiner|Express|Globe"
    r"|Independent|Inquirer|Leader|Ledger|Mercury|Mirror|Monitor|Record|Register|Review|Sentinel"
    r"|Weekly)"
)


def is_outlet(name: str) -> bool:
    """Whether ``name`` is a known agency, or looks like a newspaper: "The Coast Post".

    Accepts two agencies that sign together, as in "AP/AFP". Case matters: "Ap" is a Norwegian
    party.
    """
    parts = name.split("/")
    return all(part in _AGENCIES or part.title() in _AGENCIES for part in parts) or (
        _NEWSPAPER.fullmatch(name) is not None
    )
