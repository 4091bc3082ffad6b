"""What people call the statuses, news, times and sources when they ask, a table a language.

All are folded (`bot.search.normalization.fold`): no diacritics, ё as е, й as и. A phrase is
one to three words; a word that ends in * stands for every word that begins so. Add yours to the
line of your language.
"""

from __future__ import annotations

from enum import StrEnum

from bot.agreement.status import Status

Phrases = dict[str, str]
"""Phrases by language, separated by commas."""


class Period(StrEnum):
    """A stretch of the calendar that people name."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"


class Aspect(StrEnum):
    """The side of a provision that is asked about."""

    SOURCES = "sources"
    WHEN = "when"
    STATUS = "status"


STATUSES: dict[Status, Phrases] = {
    Status.ANNOUNCED: {
        "en": "announced, only announced, not started, not begun, hasnt started, only promised",
        "az": "elan edilib, elan olunub, elan edilmis, baslanmayib, baslamayib, hele baslanmayib",
        "tr": "duyuruldu, duyurulan*, ilan edildi, baslamadi, baslamayan*, henuz baslamadi",
        "ru": "объявлен*, не начат*, не начал*, еще не начат*, анонсирован*, только обещан*",
    },
    Status.STARTED: {
        "en": "started, begun, launched, underway, under way, in progress, ongoing work",
        "az": "baslayib, baslanib, baslanmis, baslanilib, baslandi, basladi, icra olunur, gedisat*",
        "tr": "basladi, baslayan*, baslamis, baslatildi, suruyor, yurutuluyor",
        "ru": "начат*, начал*, стартовал*, в процессе, в работе, ведется, ведутся",
    },
    Status.ADVANCED: {
        "en": "advanced, well advanced, nearly done, almost done, almost finished, nearly finished",
        "az": "irelileyib, ireliledi, irelilemis, xeyli irelileyib, demek olar hazirdir",
        "tr": "ilerledi, ilerleyen*, ilerlemis, neredeyse bitti",
        "ru": "продвинул*, продвинут*, почти готов*, почти завершен*",
    },
    Status.DONE: {
        "en": "done, finished, completed, complete, fulfilled, achieved, accomplished, implemented,"
        " delivered, carried out, kept",
        "az": "bitib, bitdi, bitmis, bitirilib, tamamlanib, tamamlandi, tamamlanmis, tamamlanan*,"
        " yerine yetirilib, yerine yetirilmis, basa catib, icra olunub, icra edilib, hazirdir",
        "tr": "bitti, biten*, bitmis, tamamlandi, tamamlanan*, tamamlanmis, yerine getirildi,"
        " yerine getirilen*, gerceklesti, gerceklesen*, sonuclandi",
        "ru": "завершен*, завершил*, закончен*, закончил*, выполнен*, сделано, готово, исполнен*,"
        " реализован*, достигнут*",
    },
    Status.CONTINUING: {
        "en": "continuing, continues, ongoing, going on, still running, permanent",
        "az": "davam edir, davam eden*, davamli, davam etmekde*",
        "tr": "devam ediyor, devam eden*, surekli, surmekte*, suregelen",
        "ru": "продолжает*, продолжают*, длится, идет постоянно, постоянн*",
    },
    Status.STALLED: {
        "en": "stalled, stuck, stopped, halted, delayed, behind schedule, frozen, failed, missed,"
        " blocked, late",
        "az": "dayanib, dayandi, dayanan*, geciken*, dayanmis, dayandirilib, gecikir,"
        " gecikib, ilisib, donub, yubanib, lengiyir, lengiyib",
        "tr": "durdu, duran*, durmus, durduruldu, gecikti, geciken*, takildi, takilan*, aksadi,"
        " aksayan*, askida, tikandi",
        "ru": "застопорил*, застрял*, остановил*, остановлен*, задержан*, задерживает*, заморожен*,"
        " сорван*, провален*, буксует, стоит на месте",
    },
    Status.UNRATED: {
        "en": "unrated, not rated, no source, without source, unknown, unclear, not checkable",
        "az": "qiymetlendirilmeyib, menbe yoxdur, menbesiz, namelum, bilinmir, aydin deyil",
        "tr": "degerlendirilmedi, degerlendirilmeyen*, kaynak yok, kaynaksiz, bilinmiyor, belirsiz",
        "ru": "без оценки, не оценен*, нет источник*, без источник*, неизвестно, неясно",
    },
}

LATEST: Phrases = {
    "en": "changed, changes, whats new, what is new, anything new, news, latest, recent*, update,"
    " updates, newest, updated",
    "az": "deyis*, yenilik*, son xeberler, son veziyyet, ne yenilik, teze ne var, yeni ne var,"
    " son deyis*, xeberler",
    "tr": "degis*, yenilik*, son haberler, guncelleme*, ne yeni, yeni ne var, son durum,"
    " son gelismeler, gelismeler, haberler",
    "ru": "изменил*, изменени*, измени*, новост*, что нового, последние, последнее, обновления,"
    " обновлено,"
    " свежее, свежие",
}

PERIODS: dict[Period, Phrases] = {
    Period.TODAY: {"en": "today", "az": "bu gun, bugun", "tr": "bugun", "ru": "сегодня"},
    Period.YESTERDAY: {"en": "yesterday", "az": "dunen", "tr": "dun", "ru": "вчера"},
    Period.THIS_WEEK: {
        "en": "this week",
        "az": "bu hefte",
        "tr": "bu hafta",
        "ru": "на этои неделе, за неделю, эта неделя",
    },
    Period.LAST_WEEK: {
        "en": "last week",
        "az": "kecen hefte",
        "tr": "gecen hafta",
        "ru": "на прошлои неделе, прошлая неделя",
    },
    Period.THIS_MONTH: {
        "en": "this month",
        "az": "bu ay",
        "tr": "bu ay",
        "ru": "в этом месяце, за месяц, этот месяц",
    },
    Period.LAST_MONTH: {
        "en": "last month",
        "az": "kecen ay",
        "tr": "gecen ay",
        "ru": "в прошлом месяце, прошлыи месяц",
    },
    Period.THIS_YEAR: {
        "en": "this year",
        "az": "bu il",
        "tr": "bu yil, bu sene",
        "ru": "в этом году, этот год, за год",
    },
    Period.LAST_YEAR: {
        "en": "last year",
        "az": "kecen il",
        "tr": "gecen yil, gecen sene",
        "ru": "в прошлом году, прошлыи год",
    },
}

ASPECTS: dict[Aspect, Phrases] = {
    Aspect.SOURCES: {
        "en": "source, sources, evidence, proof, link, links, who says, says who, reference*",
        "az": "menbe, menbeler*, subut*, delil*, link*, kim deyir, istinad*",
        "tr": "kaynak, kaynaklar*, kanit*, delil*, link*, kim diyor, referans*",
        "ru": "источник*, доказательств*, ссылк*, кто сказал, откуда известно, пруф*",
    },
    Aspect.WHEN: {
        "en": "when, what date, which date, deadline, by when, how long, what year",
        "az": "ne vaxt, nevaxt, ne zaman, hacan, hansi tarixde, son tarix, hansi il, ne vaxta",
        "tr": "ne zaman, nezaman, hangi tarihte, son tarih, hangi yil, ne vakit",
        "ru": "когда, в каком году, какого числа, к какому сроку, срок, сроки",
    },
    Aspect.STATUS: {
        "en": "status, progress, state of play, how far, how is it going, where does it stand",
        "az": "status*, veziyyet*, ne yerdedir, hansi merhelede",
        "tr": "durum*, status*, ne durumda, ne asamada, hangi asamada, nerede kaldi",
        "ru": "статус*, состояни*, как дела с, как дела у, на какои стадии,"
        " как продвигает*, прогресс",
    },
}

OF_THE_BOARD: Phrases = {
    "en": "thing*, item*, part, parts, point*, project*, provision*, promise*, commitment*,"
    " obligation*, measure*, issue*, deal*, work*, ones, list*, happen*, far, already, yet,"
    " currently, still, far, been, made, most, number, many, everything, agreed, plans, plan,"
    " going, anything, whole, since, year, month, week, two, sides, countries, since, only",
    "az": "son, sey*, layihe*, ved*, soz*, is, isler*, maddeler*, bend*, ohdelik*, tedbir*, plan*,"
    " hele, artiq, nece, neler, siyahi*, hansilar*, hamisi, hansi, ilde, ilinde, olub, bas, verib",
    "tr": "son, sey*, proje*, vaat*, soz*, is, isler*, madde*, taahhut*, onlem*, plan*,"
    " henuz, artik, kac, neler*, liste*, hepsi, hangileri, yilinda, oldu, olanlar*, tane",
    "ru": "вещ*, проект*, обещан*, пункт*, обязательств*, мер*, дел*, план*, уже, сеичас, сколько,"
    " список, работ*, году, год, происход*, произошл*, случилось, всего, только, стран*",
}
"""What a question of status or news may speak of and still be about the whole agreement."""

FOLLOWING: Phrases = {
    "en": "and, and the, what about, how about, and what about, also",
    "az": "bes, ve, hem de, bes onda",
    "tr": "peki, peki ya, ya, ve, bir de",
    "ru": "а, и, а как, а что, и что, а про, а насчет",
}
"""How a question begins that leans on the one before."""

REFERRING: Phrases = {
    "en": "it, this one, that one, they, these",
    "az": "mi, mu",
    "tr": "mi, mu",
    "ru": "это, эта, этот, он, она, оно, они",
}
"""What "is it finished?" means the answer before by. In Azerbaijani and Turkish nothing stands for
"it"; there who asks for yes or no ("bitti mi?", "bitibmi?") asks about what was shown."""
