"""Words that any question may hold: they neither make it foreign nor say what it is about.

Verbs of doing and planning, time, quantity, people, talk of progress; in English, Azerbaijani,
Turkish and Russian, folded. Unlike stop words they still help to find a provision that has them.
An entry that ends in * stands for every word that begins so.
"""

from __future__ import annotations

from functools import cache, lru_cache

from bot.search.languages import stems

_ENGLISH = """
yearly local locally nearby thru via stuff able achiev* action* active activit* actual* ad added
additional ago agree* aim* allow* already always and announc* annual answer* apply arrang*
article* ask* available back bad based basis beautiful because become* begin* began begun behind
big bigger both bring* brought call* came cancel* care carry case* chance change* check claim*
clear close* come* coming common compan* complet* concern* condition* continu* cool cooperat*
could countr* cover* creat* current* date* day* deal* decid* decision* deliver* detail* develop*
differ* discuss* due each early easy effect* either end ends enough ensur* establish* event* ever
exactly exist* expect* extra face fast figure* final* fine finish* first follow* force full fully
fulfil* fund* future general gets give gone got govern* great group* grow* guy* half hand* happy
hard help* high hold* hope host* huge idea* implement* importan* improv* includ* increas* info
information initiat* instead intend* interest* involv* issue* item* job* join* joint* jointly
keep* kept kind* large last late lately later latest launch* lead* least left less level* life
like* line* list* little long look* lot made main maintain* major make* making man manage* maybe
meet* meeting met might million month* move* mutual* name* national near necessary new news next
nice normal note* number* offer* official* often old open* operat* opinion order* organi* part*
parties party past pay* people percent perhaps period place* plan* point* possible post* prepar*
present* president* press problem* process* program* progress* project* promis* proper* propos*
protect* provid* public put question* quick* quote* reach* read* ready real* reason* recent*
recently regular* relat* remain* remark* report* respons* rest result* right role rule* run*
running same save section* see seen seem* send* sent serious set setting share* short sid*
significant simple since single site small soon sort source* speak* special specific speed spoke*
stage stalled start* state* statement* stay* step* still stop* such sure take* taken talk* target*
team* terms thing think* third thought time* today together told tomorrow took top topic* total
toward* true try trying turn two type* under understand update* use used using usual* version*
view* visit* wait* whole word* work* world worth wrong write* written year* yesterday yet
deadline* schedul* timeline achieved fulfilled broken mentioned exact* between three four five six
seven eight nine ten hundred billion bro dude mate pls plz lol btw hello yo ok okay yeah nope thx
ty whats hows wheres whos gonna wanna lets im ive id dont doesnt didnt isnt arent wasnt cant
couldnt shouldnt wont whens u r ur actually really basically honestly currently finally eventually
approximately cooperate strengthen* support* situation guarantee* another eachother side obligat*
commit* commitment* oblig* required requir* must shall neither nor per just simply anything
something nothing everything dollar* dollars euro euros currency usd briefly describ* summar*
overview goal* purpose* benefit* advantage* impact* amount* growth rise rising fall fell falls
higher lower compar* better worse success* fail* obstacle* delay* earlier during outcome* break
broke connected sentence text original person everyone everybody somebody anybody nobody others
similar example* instance leader* located location phase participat* confirm* denied deny rumor*
rumour* heard hear second biggest largest newest best worst responsible among across against along
although anyone around aside away despite else etc except likely meanwhile moreover onto otherwise
overall rather so-called sometimes somewhere though throughout thus unless unlike upon versus
whatever whenever wherever whichever folks protecting protection various certain entire possibly
partner* usage amid toward given keeps exchang* suppl* arriv* mandatory should ought swap middle
article tools tool bln mln trln morning evening afternoon night purposes apart held sell* sold
buy* bought often completion finalis* finaliz* session* hours tell sides
"""
_AZERBAIJANI = """
emekdasliq* ac acil* acib acmaq acir acacaq alib alinib aldi almaq ali* amma arasinda artir* artiq
asili ayri bas basa basla* baslayir bayaq belke beli bele beraber birge birlikde birinci biri
bitib bitdi bitir bit bitecek bitirilib boyuk bugun bunlar cavab cedvel cetin deyis* deyib davam
dek deqiq demek demeli dolayi dost dovlet* dovlet duzgun elaqe* elan ele eleyir eledi elemek
edilir edilib edilecek edilmis edirler etdi etsin eyni faiz ferq* fikir gedir gedib gel* gelir
gelecek gelib geder getir* gorulur gorulub gorusub goster* gozlen* gun* gunu hal hala heqiqi
heqiqeten hazir hazirda hazirliq hecne helem hemin hissesi hokumet* il ilde ili ilin ilden illik
imkan indiki irel* is isi isler isleyir islenir istey* istifade itirib kece* kecir kecirilir kecib
kifayet komek* konkret kopek lazim layihe* maraq* meqsed* melumat menbe* merhele* mesele* mence
milyard milyon movzu* mumkun muddet* muzakire* musterek mutleq naheng nece neticə netice* nov
novbeti olan olduq olsun ona onda onlarin onun oldu olmaq olmasi olmayib olmayacaq olunur olunub
olunacaq orada oz ozu plan* prezident* problem* proses qal* qalib qarsiliqli qebul qeyd qoy*
qurul* qur* qurub qurur qurulacaq qurulur qurulub rol rolu sabah saheye sahe* sahesinde saxla*
sazis seh* serait sirket* son soz sual* tamam tamamla* tapsiriq tedbir* teklif tekrar teqribi
terefler teref* teskil tez tezlikle tikecek umumi umumiyyetle vaxt* vacib verir verib verecek
verilib ver* veziyyet xeber* yalniz yaranib yarad* yaxin yaxsi yax* yeni yeniden yer yerde yerine
yerinə yetir* yox yoxsa zaman zamani olke* olkeler olkenin iki ucuncu uc dord bes alti yeddi
sekkiz doqquz on yuz min necenci kimler kime kiminle qarda* brat baxim bax gor goresen hansilar ay
ayda ayin bu gosterilir bilirsiz bilirsen bilen var yoxdur vardir dostlar deyesen axi ki pul
qazan* hava birlik birliyi manat dollar gedisat irelileyis nevaxt haqq izah qisaca xulase sebeb
fayda faydasi tesir* mesul mebleg* artim artimi azalma* muqayise* ugur* maneeler gecikme* gozleyir
pozulub yazilib aid metn cumle sitat orijinal sened* oxu tap axtar siyahi adlar vetendas* yerli
lider* resmi ekspert* baglandi yerlesir ikinci addim* istirak* qosul* guclendir* inkisaf* etdir*
inkar esitmisem kimse hami hec basqa oxsar misal dusecek verilecek bilerem haradadir behs danis
razilas* isteyirler bitmeyib edilirmi olur olurmu olacaqmi olubmu diger bezi coxlu hansisa indiye
halda derhal yene elbette xususile adeten bezen baxmayaraq hemcinin belelikle sanki camaat xalq
ehali qorun* qorunmasi qorumaq nese neyse kimlerse harda hardadi isleri barede dair terefinden
cavan meqsedi sonda birbasa tamamile eledir nedirki niyese ollacaq olacag mubadile* sat* satmaq
satis* olar olsa olarsa olunsa orta usul* yollari mlrd mln hemise axsam seher gece mecbur* borclu
lazimdir gerek* tedaruk* techiz* neca zorla heyata kecir* sonu axiri yekun*
"""
_TURKISH = """
yillik toplan* isbirlig* isbirlik acaba ac* acildi acilacak acilir acilmis adim* adet ait al
alacak alir aldi alan alinan alt ana anda ara arasi arasinda arasindaki artik art* asama* ay* ayni
az bahs* baska basla* basladi baslar bekle* beraber beri bile calis* bilgi birlikte birinci bit*
bitti bitecek bitmis boyle bu bugun buyuk cevap cik* cikti cikar cogu da dahil degis* degil
degisiklik* den aksam gece satmak satis* satin olursa orta yontem* dedi diger dogru dost dun
durum* durdu duzen* eden edil* edildi edilecek ediliyor ediyor ediyorlar edilir edilmis ek elde en
son eski etki etmis ettik evet fark* fikir gecer gecen gecti gel* gelecek gelir geldi gelis*
geliyor genel gercekten gerceklesti* gerceklesec* gerek* getir* gibi gir* gider gidiyor gitti
goren gorev gorus* gun* guncel guzel hal hala halinde hangisi hangileri hazir hele hemen her
hukumet ileri ilerle* ilerleme ilk ister istiyor istenen is isi isler islem kabul kac kacinci
kalan kaldi kar* karsilikli kere kesin kim kimler kimle kisi kisa kismi konu* kucuk kur* kurulacak
kuruldu kuruluyor lazim madem maksat mesele* milyar milyon muhim mumkun nasi ne zaman neler nedir
nerde nerdeki nolur noldu noluyor olabilir olacakmi olan oldu olmus olsun oluyor olarak ora oran
ortak onem* onemli oteki pek peki plan* problem* proje* rol* saat sadece sag sayi sayin saye
sekil* ses simdi sira sirket* sonuc* sonra sor* soru* soyle* soz* sure* suregelen taraf*
tarafindan tam tamam* tamamlandi tek tekrar toplam tur uc ulke* uzer* var* ver* verecek verdi
verilen veriyor ya yaklas* yani yap* yapacak yapildi yapilacak yapiliyor yapti yapan yapilan yari
yarin yasan* yer yerde yeni yeniden yil* yilda yili yuzde zaten bir iki dort bes alti yedi sekiz
dokuz on yuz bin acikla* acil kaynak* hedef* haber* baskan* cumhurbaskan* devlet* gidecek olur
olurmu mu mi muyuz abi girer girecek girdi kalkacak kalkti para hava birlik birligi lira dolar
dolari kanka hocam lan be gecerli gorunuyor soylendi soyluyor diyor dendi ney nolcak olcak napcak
edecekler yapcak kisaca ozet amac amaci sebep sebebi fayda faydasi sorumlu tutar* artis* azalis*
karsilastir* basari* basarisiz sorun* engel gecikme* yakinda olay* tutuldu bozuldu yaziyor metin
metni cumle alinti orijinal belge* oku bul isim isimler vatandas* lider* yetkili* uzman* kapandi
bulunuyor ikinci adim katil* guclendir* gelistir* dogruladi yalanladi soylenti duydum herkes
hicbir benzer ornek ornegi verilecek nasildir nerededir bahsed* bahsediyor konusul* anlastilar
planliyor* dusun* edecek yapiliyormu olacak obur kendi bazi bircok birkac herhangi simdiye halen
yine belki tabii elbette ozellikle genellikle bazen dolayi ragmen ayrica ustelik boylece nitekim
yoksa keske sanki halk halkin koru* koruma korunma* isleri sayesinde olmasi gerekli herhalde
galiba mesela neyi neyle kimin zorunda zorunlu mecbur* gerekir tedarik* degisim alisveris* sonu
bitis bitimi gerceklestir* olacaksa
"""
_RUSSIAN = """
годовои годовая годовое ежегодн* активн* благодар* близк* более больш* брат* будущ* будут будет
важн* вариант* ввод* весь вести вид* вместе вообще вопрос* впервые времен* время встреч* втор*
выполн* говор* год* года лет граф* да давно дальн* дат* два две двух дел* дела делают делать ден*
день дн* дне добав* довол* долго должн* достиг* достичь друг* друз* думае* его единств* ест* еще
ждать ждет живет завер* зависит зада* зако* закончи* заяв* знае* знач* идет идут из изве* измен*
изме* имее* имеют инач* интерес* информаци* использ* источник* итог* каж* кажд* как-то касае* ко
конкретн* конец конц* кон* котор* крат* кратк* куп* легк* лично люди людеи любои мало маленьк*
мен* меся* мест* мест миллиард* миллион* млрд млн мож* моему момент* мысл* наверн* надо* назва*
называ* наконец намер* напис* напомн* настоящ* началос* начал* начат* начина* наши невозможн*
недавн* некотор* необходим* нескольк* неуже* ничего нов* новост* номер* норм* нужн* ну об обещал*
обеща* обе обеих обои обсуди* обсужда* общ* обязат* обязан* один одна одно окон* они опять особен*
остал* остан* от ответ* отдел* отно* откр* открыл* открыто откроют очен* очень первы* перв* план*
повод* подробн* пожал* пок* показ* полн* полност* получ* помо* понят* пор* поряд* последн* пост*
потом почему правд* правил* правительств* предл* президент* прич* прим* принят* прин* провер*
прогресс* продол* проект* происход* происходит проц* процес* процент* пункт* работ* работа* равно
раз* разве развит* различ* разн* ран* рассказ* реал* реализ* регион* результат* реш* роль рол*
ряд* сам* самое свед* своих сдел* сделал* сегодня сеичас сил* скор* скоро следу* случа* случит*
случил* смысл* смот* снов* собир* собира* событи* совместн* совсем согла* созда* сообщ* сост*
состоян* спасиб* срок* стад* стал* стат* сторон* стран* страны существ* суть так такж* текст* тем*
тема тип* то толк* точн* три уже узна* указ* укреп* уч* уча* участ* факт* форм* хот* хоч* хорош*
част* час* чет* числ* чит* что-то чьи шаг* эт* этап* являе* яснo бро чувак блин типа короче
начнется начнут просто деньги денег доллар* рубл* валют* осталось запущен* запуст* включ* готов*
намечен* запланир* взаимн* оказ* поддерж* ситуац* сторона объясни* опиши* резюме цель цели причин*
польз* выгод* влияни* ответственн* сумм* рост роста снижени* сравн* разниц* успех* провал*
проблем* препятств* задержк* ждем ждут позже раньше сдержал* наруш* связан* точныи цитат*
оригинал* документ* прочита* покаж* наид* список имя имена граждан* реальныи действительно
подтверд* опроверг* слухи слышал* никто похож* пример* заработает дадут едет реч речь договорил*
пообещал* сказал* хотят планиру* решил* усил* развива* находит* лидер* эксперт* второи полныи
вторая кстати вообще-то ребят другои иноиe каждыи самыи собственныи наш некии столько насколько
поскольку поэтому затем однако кроме вместо около вокруг среди против ради внутри сразу обычно
часто редко быстро медленно вскоре заранее народ народу народа что-нибудь кто-нибудь где-нибудь
либо иметь имеется видимо похоже примерно кажется вроде например обрела обрел обмен* обязана
обязаны должна должны снабжени* поставк* слышно закончат завершат доведут обязател* осуществ* свои
своего своих прода* прода продава* покуп* средн* методы способ* утро вечер ночь провел* проведен*
прош* закры*
"""


_SHORTEST_BEGINNING = 5
_LONGEST_ENDING = 6
_SHORTEST_STEM = 4


def is_listed(folded: str) -> bool:
    """Whether a folded word stands in the lists itself, not only by its stem or beginning."""
    return folded in _lists()[0]


@lru_cache(maxsize=20_000)
def is_generic(folded: str) -> bool:
    """Whether a folded word may stand in any question."""
    whole, beginnings, known_stems = _lists()
    if folded in whole or folded.removesuffix("mi").removesuffix("mu") in whole:
        return True
    if not known_stems.isdisjoint(stems(folded)):
        return True
    return folded.startswith(beginnings) and any(
        folded.startswith(beginning) and len(folded) - len(beginning) <= _LONGEST_ENDING
        for beginning in beginnings
    )


@cache
def _lists() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """The words, the beginnings, and the stems of the words."""
    entries = f"{_ENGLISH} {_AZERBAIJANI} {_TURKISH} {_RUSSIAN}".split()
    beginnings = {entry[:-1] for entry in entries if entry.endswith("*")}
    long = tuple(beginning for beginning in beginnings if len(beginning) >= _SHORTEST_BEGINNING)
    whole = frozenset(entry.rstrip("*") for entry in entries)
    of_whole = (stem for item in whole for stem in stems(item))
    return whole, long, frozenset(item for item in of_whole if len(item) >= _SHORTEST_STEM)
