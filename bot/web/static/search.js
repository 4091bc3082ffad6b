// Search without a server: the page holds every provision, this looks for the words of a question.
"use strict";
(() => {
  const asked = new URLSearchParams(location.search).get("q") || "";
  const field = document.getElementById("q");
  const index = JSON.parse(document.getElementById("index").textContent);
  const fold = (text) =>
    text.toLowerCase().replace(/ı/g, "i").replace(/ə/g, "e").normalize("NFKD").replace(/\p{M}/gu, "");
  const split = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  const known = index.map((item) => ({ item, title: split(item.title), rest: split(item.words) }));
  // Endings change: a word fits where both begin with the same letters.
  const fits = (words, word) => {
    const stem = word.length > 5 ? word.slice(0, -2) : word;
    return words.some((other) => other.startsWith(stem));
  };
  const score = (entry, words) =>
    words.reduce((sum, word) => sum + (fits(entry.title, word) ? 3 : fits(entry.rest, word) ? 1 : 0), 0);

  field.value = asked;
  const words = split(asked).filter((word) => word.length > 2 || /^\d+$/.test(word));
  const found = known
    .map((entry) => ({ entry, points: words.includes(String(entry.item.number)) ? 9 : score(entry, words) }))
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points)
    .slice(0, 20);
  const list = document.getElementById("found");
  for (const { entry } of found) {
    const link = document.createElement("a");
    link.href = entry.item.href;
    link.textContent = `${entry.item.number}. ${entry.item.title}`;
    const line = document.createElement("li");
    line.append(link, ` – ${entry.item.status}`);
    list.append(line);
  }
  document.getElementById("none").hidden = !asked || found.length > 0;
})();
