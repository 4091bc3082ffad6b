"""Words of everyday errands, in English, Azerbaijani, Turkish and Russian, folded.

People send a bot what they would type anywhere: weather, prices, tickets, scores, recipes, loans.
No agreement answers that unless it has the word itself, so such a word makes a question more
foreign than another unknown one does. An entry that ends in * stands for all that begin so.
"""

from __future__ import annotations

from functools import lru_cache

_ENGLISH = """
weather forecast price prices ticket tickets salary salaries wage wages vacancy vacancies visa
visas passport passports recipe recipes score scores league movie movies film films password loan
loans mortgage rent rental tax taxes insurance doctor dentist hospital medicine vaccine exam exams
homework horoscope lottery casino hotel hotels flight flights taxi pizza restaurant bill bills
elections election budget gdp inflation casualties hostages membership novel actor
"""
_AZERBAIJANI = """
hava* qiymet* bilet* maas* vakansiya* viza* pasport* resept* hesab liqa* kino* film* sifre* parol*
kredit* ipoteka* kiraye* vergi* sigorta* hekim* xestexana* derman* peyvend* imtahan* bilet burc*
lotereya* kazino* otel* ucus* taksi* pizza* restoran* seckil* budce* inflyasiya* itkiler* sehid*
hundur* uzvluy* uzvluk* mezenne*
"""
_TURKISH = """
fiyat* bilet* maas* vize* pasaport* tarif tarifi tarifleri skor* sifre* kredi* ipotek* kiralik
kira* vergi* sigorta* doktor* hastane* ilac* asi asisi sinav* odev* burc* piyango* otel* ucak*
ucus* taksi* restoran* fatura* secim* butce* enflasyon* kayiplar* sehit* rehine* uyeli* dizi
dizisi
"""
_RUSSIAN = """
погод* прогноз* цена цены цен ценам билет* зарплат* вакансии вакансия виза визу визы паспорт*
рецепт* счет матч* кино фильм* парол* кредит* ипотек* аренд* снять налог* страхов* врач* больниц*
лекарств* прививк* экзамен* гороскоп* лотере* казино отель отели рейс реис* такси пицц* ресторан*
выборы выбор* бюджет* инфляци* потери погибш* заложник* членств* сериал*
"""
_ENTRIES = f"{_ENGLISH} {_AZERBAIJANI} {_TURKISH} {_RUSSIAN}".split()
_WHOLE = frozenset(one for one in _ENTRIES if not one.endswith("*"))
_BEGINNINGS = tuple(one[:-1] for one in _ENTRIES if one.endswith("*"))


@lru_cache(maxsize=20_000)
def is_errand(folded: str) -> bool:
    """Whether a folded word is of the kind that is asked of any bot: "weather", "biletləri"."""
    return folded in _WHOLE or folded.startswith(_BEGINNINGS)
