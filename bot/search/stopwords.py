"""Words of a question that say nothing of its subject, in English, Azerbaijani, Turkish, Russian.

These are the little words and the words of asking ("tell me about"). Alongside them stand the words
for any agreement and its parts ("declaration", "clause"), which every provision would answer to.
All are folded (`bot.search.normalization.fold`).
"""

from __future__ import annotations

_ENGLISH = """
a about above after again all also am an and any anything are as at be been before being between
both but by can could did do does doing done down each else ever every for from further get give
given going had has have having he hello her here hers hey hi him his how i if in into is it its
just know let like many may me might more most much must my need no nor not now of off on once only
or other our out over own please really s same say says said shall she should show so some someone
something still such t talk tell than thank thanks that the their them then there these they thing
things this those through to too under until up upon us very want was way we well were what when
where whether which while who whom whose why will with within would yes yet you your good both
concerning regarding according mean means mention mentioned explain find happen happens happened
happening status without till whereas myself yourself himself herself itself ourselves themselves
yours theirs ours whoever hence therefore thereby herein quite few fewer several none cannot isn
aren wasn weren hasn haven hadn didn doesn couldn wouldn shouldn
"""
_AZERBAIJANI = """
ve veya ya yaxud amma ancaq lakin ki bu o bunlar onlar men sen biz siz mene sene bize size onu bunu
onun bunun menim senin bizim sizin onlarin bir her hec butun cox az daha de da ile ucun kimi gore
sonra evvel qeder qarsi var yox deyil idi olan olub olur olacaq olaraq ola edir edib edecek etmek
ne nedir nece niye nicin kim hansi harada hara haradan hardan neye necedir mi mu haqqinda haqda
barede dair bagli zehmet olmasa salam xahis deyin danis bilmek isteyirem varmi burda burada orda
orada burani ora bura olarmi sey seyler indi artiq hele ise nelerdir nezerde tutulub deyilir ikisi
ikisine her olduq uzre vaxt vaxti zaman statusu veziyyet veziyyeti olsa bizde sizde mende sende onda
onlarda bizden sizden menden senden ondan onlardan bizimle sizinle menimle seninle onunla olanda
olduqda cunki eger etibaren
"""
_TURKISH = """
burada orada surada buraya oraya bizimkiler ve veya ya yahut ama fakat ancak lakin ki bu su o
bunlar sunlar onlar ben sen biz siz bana sana ona bize size beni seni onu bunu onun bunun benim
senin bizim sizin onlarin bir her hic tum butun cok az daha en de da ile icin gibi gore sonra once
kadar var yok degil idi olan oldu olur olacak olarak ola eder etti edecek etmek ne nedir nasil niye
nicin neden kim hangi nerede nereye nereden neler mi mu hakkinda konusunda dair ilgili lutfen
merhaba selam soyle anlat bilmek istiyorum varmi sey seyler simdi artik hala ise diyor deniyor
geciyor midir peki acaba ikisi ikisine olduk olduklari durum durumu zaman olursa olsa bizde sizde
bende sende onda onlarda bizden sizden benden senden ondan onlardan bizimle sizinle benimle seninle
onunla miyiz miyim misin misiniz muyuz musun cunku eger itibaren
"""
_RUSSIAN = """
наш наша наше наши нашу ваш ваша или либо нет да и в во не что он на я с со как а то все она так
его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему теперь когда даже
ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя ничего еи
может они тут где есть надо неи для мы тебя их чем была сам чтоб без будто чего раз тоже себе под
будет ж тогда кто этот того потому этого какои совсем ним здесь этом один почти мои тем чтобы нее
были куда зачем всех можно при наконец два об другои хоть после над больше тот через эти нас про
всего них какая какие каких много разве эту моя свою этои перед иногда лучше чуть том нельзя такои
им более всегда конечно всю между это эта скажите скажи расскажи расскажите пожалуиста привет
здравствуите хочу знать насчет касательно говорится говорит сказано написано оба обе обоих обеих
обоим обеими одного относительно сколько почему статус нам нами моего моеи моих моим твои твоя
твоего нашего нашеи наших нашим вашего вашеи ваших вашим скольки скольких мнои тобои ими кого кому
кем чему изо подо вопреки несмотря ввиду вследствие хотя лишь сама само сами нужен требуется
"""
_ANY_AGREEMENT = """
agreement declaration declared treaty treaties accord clause provision article promis document
paragraph beyanname deklarasiya muqavile sazis razilasma sened bend madde anlasma antlasma
bildirge mutabakat belge vaat декларац соглашени договор документ пункт стать обещ
"""
"""Beginnings of words."""
_BEGINNINGS = tuple(_ANY_AGREEMENT.split())
_LONGEST_ENDING = 7

_WORDS = frozenset(f"{_ENGLISH} {_AZERBAIJANI} {_TURKISH} {_RUSSIAN}".split())


def is_stop_word(folded: str) -> bool:
    """Whether a folded word tells nothing of what a question is about; "-mi" asks, in Turkic."""
    return folded in _WORDS or folded.removesuffix("mi").removesuffix("mu") in _WORDS


def is_of_any_agreement(folded: str) -> bool:
    """Whether it is a word for an agreement or a part of one: "declaration", "maddesi"."""
    return folded.startswith(_BEGINNINGS) and any(
        folded.startswith(beginning) and len(folded) - len(beginning) <= _LONGEST_ENDING
        for beginning in _BEGINNINGS
    )
