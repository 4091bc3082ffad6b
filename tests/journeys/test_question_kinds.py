"""Questions of every kind in four languages: the fact stands in the first two lines."""

from __future__ import annotations

import pytest
from stage import ADMIN, ANNA, DENIZ, EMMA, GROUP, LEYLA, Stage, button_of, buttons, has

CASES = [
    *(
        (EMMA, question, fact)
        for question, fact in {
            "What happened with the railway?": "5 Mar 2026:",
            "what happened in 2025": "2025: 16 events",
            "what hapened in 2025": "2025: 16 events",
            "2025": "2025: 16 events",
            "/timeline 2025": "Timeline · 2025",
            "january 2026": "January 2026: 1 event",
            "what changed in March 2026": "March 2026: 4 events",
            "what changed since January 2026": "Since 1 Jan 2026: 7 events",
            "since the beginning of 2026": "Since 1 Jan 2026: 7 events",
            "before 2022": "Until 31 Dec 2021: 11 events",
            "between 2022 and 2023": "1 Jan 2022 – 31 Dec 2023: 19 events",
            "which promises failed?": "Stalled or Ended: 2 of 31",
            "wich promisses are stuck": "Stalled: 1 of 31",
            "what has not started": "Announced: 7 of 31",
            "how many promises were kept?": "Done: 0 of 31",
            "how many promises are there?": "31 provisions",
            "is it being implemented?": "31 provisions",
            "summary": "31 provisions",
            "sumary": "31 provisions",
            "deadlines": "With a date: 2 of 31",
            "what is overdue?": "Overdue: 1 of 31",
            "railway deadline": "Expected: 24 September 2029",
            "when was the drone factory started?": "27 Apr 2023",
            "who signed it?": "Ilham Aliyev",
            "when was it signed": "15 June 2021",
            "is it in force?": "3 February 2022",
            "full text": "Sources of the text",
            "what does stalled mean": "⏸ Stalled",
            "how do you decide the status?": "needs a source",
            "who runs this?": "speaks for no party",
            "what did Erdoğan promise": "Recep Tayyip Erdoğan: 7 events",
            "what did erdogan say about the consulate": "15. Turkish consulate",
            "what did AZERTAC report?": "AZERTAC: ",
            "what's new": "Latest changes: ",
            "hello": "Shusha Declaration",
            "thanks!": "You are welcome.",
            "ok": "All right.",
        }.items()
    ),
    *(
        (LEYLA, question, fact)
        for question, fact in {
            "dəmir yolu ilə nə baş verib?": "5 mar 2026:",
            "2025-ci ildə nə baş verib": "2025: 16 hadisə",
            "yanvar 2026": "Yanvar 2026: 1 hadisə",
            "martdan bəri nə dəyişib": "1 mar 2026 tarixindən",
            "2022-dən əvvəl nə olub": "31 dek 2021 tarixinədək",
            "hansı vədlər yerinə yetirilməyib": "Dayanıb yaxud Sona çatıb: 2 / 31",
            "başlanmayanlar": "Elan edilib: 7 / 31",
            "nece ved yerine yetirilib": "Tamamlanıb: 0 / 31",
            "son tarixlər": "Tarixi olan: 2 / 31",
            "vaxtı keçmiş vədlər": "Vaxtı keçib: 1 / 31",
            "kim imzalayıb?": "İlham Əliyev",
            "nə vaxt imzalanıb": "15 iyun 2021",
            "qüvvədədir?": "3 fevral 2022",
            "tam mətn": "Mətnin mənbələri",
            "dayanıb nə deməkdir": "⏸ Dayanıb",
            "statuslar necə müəyyən edilir": "mənbə",
            "bu botu kim idarə edir": "Bu bot heç bir tərəfin",
            "Ərdoğan nə vəd edib": "Ərdoğan: 7 hadisə",
            "xülasə": "31 bənd",
            "yeni nə var": "Son dəyişikliklər",
            "salam": "Şuşa Bəyannaməsi",
            "təşəkkürlər": "Dəyməz.",
        }.items()
    ),
    *(
        (DENIZ, question, fact)
        for question, fact in {
            "demiryolunda ne oldu?": "5 Mar 2026:",
            "2025'te neler oldu": "2025: 16 olay",
            "ocak 2026": "Ocak 2026: 1 olay",
            "Mart 2026'dan beri ne değişti": "1 Mar 2026 tarihinden beri: 4 olay",
            "marttan beri": "1 Mar 2026 tarihinden beri: 4 olay",
            "hangi vaatler tutulmadı": "Durdu veya Sona erdi: 2 / 31",
            "başlamayanlar": "Duyuruldu: 7 / 31",
            "kaç vaat tutuldu": "Tamamlandı: 0 / 31",
            "son tarihler": "Tarihi olanlar: 2 / 31",
            "süresi geçenler": "Süresi geçmiş: 1 / 31",
            "kim imzaladı": "İlham Aliyev",
            "ne zaman imzalandı?": "15 Haziran 2021",
            "yürürlükte mi": "3 Şubat 2022",
            "tam metin": "Metnin kaynakları",
            "durdu ne demek": "⏸ Durdu",
            "durum nasıl belirleniyor": "kaynak",
            "bu botu kim yönetiyor": "Bu bot hiçbir taraf",
            "Erdoğan ne vaat etti": "Erdoğan: 7 olay",
            "özet": "31 madde",
            "yeni ne var": "Son gelişmeler",
            "merhaba": "Şuşa Beyannamesi",
            "sağ ol": "Rica ederim.",
        }.items()
    ),
    *(
        (ANNA, question, fact)
        for question, fact in {
            "что с железной дорогой?": "5 мар. 2026",
            "что произошло в 2025 году": "2025: 16 событий",
            "январь 2026": "Январь 2026",
            "что изменилось с марта 2026": "С 1 мар. 2026",
            "до 2022 года": "До 31 дек. 2021",
            "какие обещания провалены": "Без движения или Прекращено: 2 из 31",
            "что не начато": "Объявлено: 7 из 31",
            "сколько обещаний выполнено": "Выполнено: 0 из 31",
            "сроки": "Со сроком: 2 из 31",
            "что просрочено": "Просрочено: 1 из 31",
            "кто подписал": "Ильхам Алиев",
            "когда подписали?": "15 июня 2021",
            "когда вступила в силу": "3 февраля 2022",
            "полный текст": "Источники текста",
            "что значит застопорилось": "⏸ Без движения",
            "как вы определяете статус": "источник",
            "кто ведёт этого бота": "ни за одну из сторон",
            "что обещал Эрдоган": "Эрдоган: 7 событий",
            "кратко": "31 пункт",
            "что нового": "Последние изменения",
            "привет": "Шушинская декларация",
            "спасибо": "Пожалуйста.",
        }.items()
    ),
]


@pytest.mark.parametrize("first", [0, 20])
@pytest.mark.parametrize("user_id", [EMMA, LEYLA, DENIZ, ANNA])
async def test_each_kind_of_question_has_its_fact_in_two_lines(
    stage: Stage, user_id: int, first: int
) -> None:
    """Twenty at a time: more at once are throttled."""
    wrong = []
    own = [case[1:] for case in CASES if case[0] == user_id]
    for question, fact in own[first : first + 20]:
        before = len(stage.world.answers(user_id))
        text = (await stage.say(user_id, question))["text"]
        lines = [line for line in text.splitlines() if line][:2]
        if not any(fact in line for line in lines):
            wrong.append((question, fact, lines))
        assert len(stage.world.answers(user_id)) == before + 1, question
    assert not wrong


async def test_since_and_in_differ(stage: Stage) -> None:
    inside = await stage.say(EMMA, "what changed in January 2026")
    since = await stage.say(EMMA, "what changed since January 2026")
    assert "11 Mar 2026" not in inside["text"]
    assert "11 Mar 2026" in since["text"]


@pytest.mark.parametrize(
    ("user_id", "text", "thanks"),
    [
        (EMMA, "turkish please", "Rica ederim."),
        (EMMA, "Türkçe", "Rica ederim."),
        (ANNA, "давай на азербайджанском, пожалуйста", "Dəyməz."),
        (DENIZ, "Rusça konuş lütfen", "Пожалуйста."),
        (LEYLA, "ingilis dilində yaz", "You are welcome."),
    ],
)
async def test_another_language_is_asked_for_in_words(
    stage: Stage, user_id: int, text: str, thanks: str
) -> None:
    await stage.say(user_id, text)
    assert (await stage.say(user_id, "thanks"))["text"] == thanks


@pytest.mark.parametrize(
    "text", ["Turkish consulate", "the Azerbaijani parliament", "турецкие подрядчики"]
)
async def test_a_question_that_names_a_people_changes_no_language(stage: Stage, text: str) -> None:
    await stage.say(EMMA, text)
    assert (await stage.say(EMMA, "thanks"))["text"] == "You are welcome."


@pytest.mark.parametrize(
    ("user_id", "text"),
    [
        (EMMA, "/mute"),
        (EMMA, "unsubscribe"),
        (ANNA, "отписаться"),
        (DENIZ, "aboneliği iptal et"),
        (LEYLA, "abunəliyi ləğv et"),
    ],
)
async def test_stop_words_lead_to_what_is_followed(stage: Stage, user_id: int, text: str) -> None:
    await stage.say(user_id, "/subscribe energy")
    page = await stage.say(user_id, text)
    assert "⚡" in page["text"] or any("⚡" in item["text"] for item in buttons(page))


async def test_a_pasted_headline_finds_its_promise_and_a_citation(stage: Stage) -> None:
    headline = "Minister: work on the railway depot in Kars continues today, full line due in years"
    card = await stage.say(EMMA, headline)
    assert "29. " in card["text"].splitlines()[1]
    (block,) = (item for item in card["entities"] if item["type"] == "pre")
    units = card["text"].encode("utf-16-le")
    cited = units[2 * block["offset"] :][: 2 * block["length"]].decode("utf-16-le")
    for part in ("Nakhchivan–Kars railway · Started", "Report", "https://report.az/"):
        assert part in cited
    assert "nothing" not in card["text"]


async def test_a_citation_is_one_press_away(stage: Stage) -> None:
    card = await stage.say(EMMA, "consulate")
    assert len(card["text"]) <= 900
    if "copy_text" in button_of(card, "Cite"):
        cited = button_of(card, "Cite")["copy_text"]["text"]
    else:
        cited = (await stage.press(EMMA, card, "Cite"))["text"]
    assert "https://" in cited
    assert "Announced" in cited


async def test_the_whole_board_is_sent_as_a_table(stage: Stage) -> None:
    board = await stage.say(EMMA, "/status")
    sent = await stage.press(EMMA, board, "As a table")
    for text in ("csv", "/csv", "скачать таблицу"):
        sent = await stage.say(EMMA, text)
        assert sent["document"]["file_name"].endswith(".csv")


async def test_what_is_not_in_here_is_one_sentence_and_two_ways_on(stage: Stage) -> None:
    answer = await stage.say(EMMA, "xylophone concert tickets")
    assert len(answer["text"].splitlines()) == 1
    assert [button["text"] for button in buttons(answer)] == ["Topics", "Latest"]


@pytest.mark.parametrize("chat", [EMMA, GROUP])
async def test_a_reply_is_about_what_it_replies_to(stage: Stage, chat: int) -> None:
    if chat == GROUP:
        stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN if chat == GROUP else EMMA, "/subscribe transport", chat)
    card = await stage.say(EMMA, "/provision 15", chat)
    await stage.change()
    (alert,) = await stage.alerts(chat, 1)
    for message, number in ((alert, "29. "), (card, "15. ")):
        for question in ("sources?", "is it finished?", "when?", "what happened?"):
            before = len(stage.world.answers(chat))
            reply = await stage.say(EMMA, question, chat, reply_to=message["message_id"])
            assert number in reply["text"], (question, reply["text"])
            assert len(stage.world.answers(chat)) == before + 1


@pytest.mark.parametrize("talk", ["thanks", "ok", "hello", "great news!", "turkish please", "👍"])
async def test_a_reply_to_an_alert_that_asks_nothing_gets_silence(stage: Stage, talk: str) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    await stage.change()
    (alert,) = await stage.alerts(GROUP, 1)
    before = len(stage.world.answers(GROUP))
    await stage.world.say(EMMA, talk, GROUP, reply_to=alert["message_id"])
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before


async def test_history_sources_and_text_are_pages_in_place(stage: Stage) -> None:
    card = await stage.say(EMMA, "railway to Nakhchivan")
    for part in ("History", "Sources", "Text"):
        page = await stage.press(EMMA, card, part)
        assert page["message_id"] == card["message_id"]
        assert part in page["text"].splitlines()[0]
        assert len(page["text"]) <= 1200
        back = await stage.press(EMMA, page, "Back")
        assert back["text"] == card["text"]
        assert has(back, part)
    assert len(stage.world.answers(EMMA)) == 1
