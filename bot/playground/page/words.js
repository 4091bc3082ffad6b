// What a phone says around the messages, in the languages of the demo; any other gets English.
// Plural texts have one form a CLDR category.

const WORDS = {
  en: {
    attach: "Attach", sticker: "Sticker", voice: "Voice message", album: "Album of two photos",
    forward: "Forwarded post", forwardHint: "Write its text first",
    forwarded: "Forwarded from {name}", channel: "Daily news", edit: "Edit",
    admin: "Admin", admins: "Only admins can post here.", again: "Restart", block: "Block bot",
    blocked: "You blocked this bot.", bot: "bot", cancel: "Cancel", chats: "Chats",
    copied: "Copied", download: "Download", earlier: "Show earlier messages", edited: "edited",
    empty: "No messages here yet", general: "General", hidden: "Hidden text. Press to show.",
    latest: "To the latest message", less: "Show less", member: {
      one: "{n} member", other: "{n} members",
    }, menu: "Menu", message: "Message", more: "Show more", nothing: "Nothing found",
    photo: "Photo", private: "Bot", reply: "Reply", seen: "OK", send: "Send", silent: "Sent without sound", start: "Start",
    subscriber: { one: "{n} subscriber", other: "{n} subscribers" }, topics: "Topics",
    typing: "typing…", via: "via {bot}", where: "Send to…", you: "You",
  },
  az: {
    attach: "Əlavə et", sticker: "Stiker", voice: "Səsli mesaj", album: "İki şəkillik albom",
    forward: "Yönləndirilmiş paylaşım", forwardHint: "Əvvəlcə mətnini yazın",
    forwarded: "Yönləndirilib: {name}", channel: "Günün xəbərləri", edit: "Düzəliş et",
    admin: "Admin", admins: "Burada yalnız adminlər yaza bilər.", again: "Yenidən başlat",
    block: "Botu blokla", blocked: "Bu botu bloklamısınız.", bot: "bot", cancel: "Ləğv et",
    chats: "Söhbətlər", copied: "Köçürüldü", download: "Endir",
    earlier: "Əvvəlki mesajları göstər", edited: "düzəliş edilib", empty: "Hələ mesaj yoxdur",
    general: "Ümumi", hidden: "Gizli mətn. Göstərmək üçün basın.", latest: "Son mesaja keç",
    less: "Yığ", member: { one: "{n} üzv", other: "{n} üzv" }, menu: "Menyu", message: "Mesaj",
    more: "Davamını göstər", nothing: "Heç nə tapılmadı", photo: "Şəkil", private: "Bot", reply: "Cavabla",
    seen: "Oldu", send: "Göndər", silent: "Səssiz göndərilib", start: "Başla",
    subscriber: { one: "{n} abunəçi", other: "{n} abunəçi" }, topics: "Mövzular",
    typing: "yazır…", via: "{bot} vasitəsilə", where: "Hara göndərilsin?", you: "Siz",
  },
  tr: {
    attach: "Ekle", sticker: "Çıkartma", voice: "Sesli mesaj", album: "İki fotoğraflık albüm",
    forward: "İletilen gönderi", forwardHint: "Önce metnini yazın", forwarded: "İletildi: {name}",
    channel: "Günlük haberler", edit: "Düzenle",
    admin: "Yönetici", admins: "Burada yalnızca yöneticiler yazabilir.", again: "Yeniden başlat",
    block: "Botu engelle", blocked: "Bu botu engellediniz.", bot: "bot", cancel: "Vazgeç",
    chats: "Sohbetler", copied: "Kopyalandı", download: "İndir",
    earlier: "Önceki mesajları göster", edited: "düzenlendi", empty: "Henüz mesaj yok",
    general: "Genel", hidden: "Gizli metin. Göstermek için basın.", latest: "Son mesaja git",
    less: "Daralt", member: { one: "{n} üye", other: "{n} üye" }, menu: "Menü", message: "Mesaj",
    more: "Devamını göster", nothing: "Hiçbir şey bulunamadı", photo: "Fotoğraf", private: "Bot",
    reply: "Yanıtla", seen: "Tamam", send: "Gönder", silent: "Sessiz gönderildi", start: "Başlat",
    subscriber: { one: "{n} abone", other: "{n} abone" }, topics: "Konular",
    typing: "yazıyor…", via: "{bot} aracılığıyla", where: "Nereye gönderilsin?", you: "Siz",
  },
  ru: {
    attach: "Прикрепить", sticker: "Стикер", voice: "Голосовое сообщение",
    album: "Альбом из двух фото", forward: "Пересланный пост",
    forwardHint: "Сначала напишите его текст", forwarded: "Переслано: {name}",
    channel: "Новости дня", edit: "Изменить",
    admin: "Админ", admins: "Здесь писать могут только администраторы.",
    again: "Перезапустить", block: "Заблокировать бота", blocked: "Вы заблокировали этого бота.",
    bot: "бот", cancel: "Отмена", chats: "Чаты", copied: "Скопировано", download: "Скачать",
    earlier: "Показать предыдущие сообщения", edited: "изменено", empty: "Сообщений пока нет",
    general: "Общее", hidden: "Скрытый текст. Нажмите, чтобы показать.",
    latest: "К последнему сообщению", less: "Свернуть", member: {
      one: "{n} участник", few: "{n} участника", many: "{n} участников", other: "{n} участника",
    }, menu: "Меню", message: "Сообщение", more: "Развернуть", nothing: "Ничего не найдено",
    photo: "Фото", private: "Бот", reply: "Ответить", seen: "ОК", send: "Отправить", silent: "Отправлено без звука",
    start: "Начать", subscriber: {
      one: "{n} подписчик", few: "{n} подписчика", many: "{n} подписчиков",
      other: "{n} подписчика",
    }, topics: "Темы", typing: "печатает…", via: "через {bot}", where: "Куда отправить?", you: "Вы",
  },
};

/** The words of a language: `word(name)`, `count(name, n)`, and the `tag` that they are in. */
export function wordsFor(code) {
  const wanted = (code ?? "en").toLowerCase().split("-")[0];
  const tag = wanted in WORDS ? wanted : "en";
  const plural = new Intl.PluralRules(tag);
  return {
    tag,
    word: (name) => WORDS[tag][name],
    count: (name, n) => {
      const forms = WORDS[tag][name];
      return (forms[plural.select(n)] ?? forms.other).replace("{n}", n);
    },
  };
}
