"""What people write when they want no more alerts, in the languages of the bot.

All words are folded (`bot.search.normalization.fold`): no diacritics, ё as е, й as и. Add
yours to the lines of your language.
"""

from __future__ import annotations

from bot.search.normalization import fold, words
from bot.search.questions import limited

_COMMANDS = """
cancel mute quit unfollow unsub iptal durdur sustur dayandir dayandır legv ləğv
стоп отмена отписка отписаться отпишись
"""
_STOP = """
stop unsubscribe unsub cancel mute quit silence unfollow
dayan dayandir dayandirin legv sondur sondurun besdir gonderme gondermeyin yazma yazmayin
dur durdur durdurun iptal birak sustur kapat cik cikis yeter
стоп отписаться отпишись отпишите отпиши отписка отписать отмена отмени отменить отключи отключить
отключите прекрати прекратите прекратить хватит останови остановите остановить выключи выключить
довольно
"""
"""Words that ask for an end."""
_NOT = """
don dont not no never не
"""
_SEND = """
send sending write text message messages
присылаи присылаите пиши пишите шли шлите отправляи отправляите
"""
"""With a word of `_NOT`: "don't send me anything"."""
_AROUND = """
please pls all alert alerts notification notifications notifying news update updates everything any
anything getting me my the this these bot subscription subscriptions from you to it now more
subscribing writing texting spamming out want i of
et edin etmek isteyirem abuneliyi abuneliyimi abunelikden abunelik bildirisleri bildiris bildirisler
mesaj mesajlar mesajlari xeberdarliqlari xeberdarliq xeberleri mene daha butun hamisini zehmet
olmasa artiq botu cix
aboneligi aboneligimi abonelikten bildirimleri bildirim bildirimi uyarilari uyari tum hepsini bana
artik lutfen istiyorum cikmak
меня мне мои все всех уведомления уведомлении оповещения оповещении сообщения сообщении подписку
подписки подписок рассылку рассылки рассылка пожалуиста больше от это эти бот бота присылать писать
слать хочу новости ничего
"""
"""Words that may stand around them. Any other word makes it a question."""
_MOST = 8

COMMANDS = frozenset(_COMMANDS.split())
"""Commands besides /stop and /unsubscribe. They are understood and never offered."""
_ENDS, _NEGATIONS = frozenset(_STOP.split()), frozenset(_NOT.split())
_SENDS, _FILLERS = frozenset(_SEND.split()), frozenset(_AROUND.split())
_KNOWN = _ENDS | _NEGATIONS | _SENDS | _FILLERS


def asks_to_stop(text: str) -> bool:
    """Whether a text asks for an end of all alerts, and for nothing else."""
    read = {fold(word) for word in words(limited(text))[: _MOST + 1]}
    if len(read) > _MOST or not read <= _KNOWN:
        return False
    return bool(read & _ENDS) or bool(read & _NEGATIONS and read & _SENDS)
