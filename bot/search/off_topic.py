"""Words of everyday errands, in four languages, normalized: a question with them is off topic."""

from __future__ import annotations

from functools import lru_cache

ENGLISH = """
abraham actor actress* address addresses adele adjective* airbnb album* algebra aliexpress allerg*
android* anime antarctic* antibiotic* app apple apples appointment appointments apps aries
artificial asean aspirin assad astrolog* astronomy ate atm audi babysit* bake banana* bank banks
barber* barcelona baseball basketball bayern beach* beatles beckham bee beef beer besiktas betting
beyonce bible bicycle* biden bike bill billionaire* bills biograph* biology birthday* bitcoin*
blanket* bluetooth bmw bored boring boxing boyfriend* brakes bread breakfast brexit brics bride
buddh* budget burger* butter butterfl* cafe cake* calorie* cancer capricorn cartoon* casino* castro
casualties cat cats celebrity celsius championship* charger* chatbot* chatgpt cheap cheese chelsea
chemistry chernobyl chess chicken chocolate* cholesterol christmas churchill cleopatra
clothes cloudy coding coffee computer computers concert* conscription cook cooked cooking
coronavirus cough* coupon* covid* cow cows cricket crusade* crypto curtain* cv darwin dating dayton
dead delicious dentist* depression dessert* diabet* dicaprio dictionary died diet dinner dinosaur*
dishwasher* divorce* doctor* dog dogs dolphin* dostoevsky dota dress easter eat eating eclipse* egg
eggs eiffel einstein election elections electrician* elephant* elon eminem emoji* emperor*
equation* essay eurovision everest exam exams facebook fahrenheit fasting fenerbahce fever fifa
film films fishing fitness flight flights flower flowers flu football* forecast forex fortnite fox
freelanc* fridge* fried funny gaddafi galatasaray galaxies galaxy gambl* gandhi garden gardening
garlic gdp gemini geneva genghis geometry girlfriend* gmail goalkeeper* goat goodnight gpt grammar
grocer* guitar* gym gymnast* haha hahaha hair haircut* hairdresser* halloween hamburger* hamster*
headache* headphone* hiroshima hitler hockey holiday* hollywood homework honda honey horoscope*
horse horses hospital hostage* hostel* hotel* html humidity hungry hyundai ielts imf inflation
influenza instagram insulin insurance intelligence internship* ipad* iphone* jacket* javascript
jeans jesus joke jokes juice jupiter kasparov kebab* kennedy keyboard* kidney* killed kindergarten
king kings kiss kitten* kyoto landlord* laptop* laundry lausanne league lebron lenin lion lisbon
liverpool loan loans lol lottery louvre love luggage lukashenko lunch lyrics maastricht macron
madonna madrid makeup maldives manchester mandela maradona marathon* marriage married marry
marrying mars math mathematics mbappe mcdonalds medicine membership meme menu mercedes merkel messi
microwave* milk* millionaire* minecraft minsk modi modric molecule* molotov monkey* montreux moon
mortgage* mosquito* motorcycle* movie* mushroom* musk nafta nanny napoleon nasa nba necklace*
netanyahu netflix newton neymar nike noun novel novruz nuclear obama olympic* onion* opec openai
oscar oslo pancake* paracetamol parking parrot* passport* password* pasta penguin* pension*
perfume* pet pets pharaoh* pharmacy phone phones photoshop physics pill pizza* planet* playstation
plov plumber* poem poems poet poets poker pope population porn* potato* potsdam potter prayer
pregnan* price prices printer* psycholog* pubg puppy pushkin putin pyramid* pythagor* python queen
quran rabbit* racing rain raining rainy ramadan rapper* recipe* reddit refrigerator* religion* rent
rental resorts restaurant* richest riddle* rihanna romantic ronaldo roosevelt rugby salad* salaries
salary samsung sanction* sandwich* santa saturn schengen score scores scorpio screenshot* selfie*
sevres sex sexy shakespeare shampoo shark* shirt* shoes shopping shower* sightseeing singer* siri
smartphone* snake* snapchat sneakers snow snowy soccer sofa song songs soup* souvenir* spacex
spelling spicy spider* spotify stadium* stalin stalingrad stomach* strawberr* subway sugar
suitcase* sunny superman supermarket* sushi swimming synonym* tallest tarkan tarot tattoo* taurus
tax taxes taxi* taylor tea teeth telescope* temperature temperatures tennis tesla therapist*
thirsty thunderstorm* ticket* tiger tiktok* timetable timetables tinder titanic toefl toilet*
tolstoy tomato* tooth toothache toyota tram trendyol trianon trigonometry trump tulip* turkmenchay
tutor* twitter tyres tyson uber uefa umbrella unicef vacancies vacancy vacation* vaccin* valentine*
vegan* vegetarian* venus verb versailles videogame* vietnam violin virgo visa visas vitamin* vodka
volcano* volleyball wage wages warsaw waterloo watermelon* weather* wedding* westphalia whatsapp
whisky wifi win wine winner wolf wolves workout* wounded wrestl* wto xbox xiaomi yalta yoga yogurt
youtube* zelensky zodiac zuckerberg
"""
AZERBAIJANI = """
acam adele adgunu* agcaqanad* agriyir aktrisa* akula* albom* aliexpress* allah allergiya* amazon
anadan android* anime* antarktida* antibiotik* aptek* araq ari aricili* ariqla* armud* asean* asiq*
aslan* aspaz* aspirin* astronom* audi avtobus* avtoyuma* ayaqqabi* ayfon* badimcan* bagban* bagca*
baliq* balkon* banan* bank banki banklar bankomat* baqqal* barcelona* barselona* basketbol* bayden*
bayern* bayram bayrami bazarliq* berber* besiktas* bilerzik* bilet* biografiya* biologiya* birbank*
birja* bisir* bitcoin* bitkoin* bloger* bluetooth* bmw boks boksci* bolonya* bosanma* boyrek*
bozbas* breksit* brexit* brics briks* budce* buludlu* burc* burger* camadan* canavar* canim
cansixici* canta* catbot* caydan* cempion* cenevre* cerime* cernobil* cetir* chatgpt* chelsea*
cimerlik* ciyelek* corcil* corek* covid* cudo* cv darixdim darixiram darvin* daye dayesi
dayton* deepseek* delfin* depozit* depressiya* derbi* derman* ders dersi dersler derzi* devid*
diabet* din dini dinozavr* dirnaq* disim disler divan* dogulub dogus* doktor* dolma dolmasi
dondurma dosek* dostoyevski* dota dovga* dovsan* duman* dusbere* edv ekskursiya* elon emekhaqqi*
emoji* esse etir etri eurovision* everest* evlen* eynsteyn* ezizim facebook* fal falci* fel
fenerbahce* feysbuk* fifa fil film* firon* fitnes* fizika* fotosintez* fotosop* futbol*
galatasaray* gelinlik* gimnastika* girov* gitar* gmail* gobelek* gpt gta gules* guller gulmeli*
haaland* haha hahaha hamam* hamile* hava* hekim* hendese* hesab heyvan* hitler* hokkey* hollivud*
horoskop* hotel* hundur* hyundai* icki* idmanzal* ielts ilon imf imperator* imtahan* incil* inek*
inflyasiya* instagram* intellekt* iphone* ipoteka* istidi istidir istirahet* itim itimi itkiler*
itler itleri kabab* kafe kafede kafeler kainat* kaktus* kalori* kapitalbank* karate* kartof*
kazino* kennedi* kepenek* kereyagi* kia kimya* kino* kioto* kiraye* kitab* klaviatura* kleopatra*
kofe* kolbasa* komputer* kondisioner* konsert* koronavirus* kovid* koynek* kral* kredit* kubok*
kurort* kuryer* lale* lenin* letife* leysan* lezzet* limon* liqa* lissabon* liverpul* lol lotereya*
lozanna* luget* lukasenko* maas* mac maci macin maclar maclari macron* madrid* magaza* mahni*
makaron* makiyaj* makron* maldiv* mandela* manikur* maradona* marafon* massaj* mbappe* mcdonalds
mebel* mede mehmanxana* mercedes* mercoyun* merkel* mersedes* meshur* messi* meteo* metro metroda
metronun meymun* mezenne* mezuniyyet* migren* milad* milyarder* milyoner* minecraft* minsk*
molotov* montro* motosiklet* mugenni* multfilm* mundial* musk nafta nahar* namaz* napoleon* nasa
nba necesen* nesimi* netanyahu* netflix* neymar* nigah* nisanli* nizami* noutbuk* novruz* nuve*
nyuton* obama* ofisiant* okean* olenler olenlerin olimpiya* opec opek* openai opus* orucluq* oskar*
oskurek* otel* oxatan* oyna* oyun oyunlari oyunu padsah* paltar* parol* pasport* paxlava* peceniye*
pele penalti* pendir* pensiya* perde* peygember* peyvend* photoshop* pifaqor* piramida* pisik* pive
pivesi pizza* planet* playstation* plov* poker* pomidor* porno* potsdam* potter* printer* prius*
psg psixoloq* psj pubg pulu puskin* putin* python qalaktika* qandi* qar qaraciyer* qarpiz* qatiq*
qehve* qiymet* qizdirma* qizilgul* qolkiper* qoroskop* qoyun* qrammatika* qrip* qulaqliq* qumar*
quran* qurbanliq qus quslar qutab* quzu* ramazan* repetitor* resept* restoran* reys reysi reysler
rezume* rihanna* riyaziyyat* roman romani ronaldo* ruzvelt* sac saci sacim sah sahmat* salat*
salvar* sampun* samsung* sanksiya* santexnik* saturn* secki* sehid* seir seiri seirler seker* seks
sekspir* selsi sengen* serab* serial* sevgi* sevirem sevr sezar* sifet* sifre* sigorta* sinonim*
sirga* sizanaq* smartfon* snapchat* sogan* sokolad* sorba* sosis* soyuducu* soyuqdur spacex
stadion* stalin* starbucks stokholm* stomatoloq* sud sultan* suni supermarket* suruculuk* susi
suvenir* taksi* tapmaca* tarkan* taro teker* telefat* telefon* teleskop* televizor* temperatur*
temu tennis* teqaud* tesla* teymurleng* tiktok* titanik* tolstoy* tort* toy toyda toyota* toyu
toyum toyuq* tozsoran* trabzonspor* tramp* tramvay* trendyol* trump* tualet* turkmencay* tutuqusu*
twitter* ucus* ucuz* uddu udus* uefa ufc umico unicef* unitaz* unvani unvanini usta ustalar ustasi
utt utu uzum* uzvluk* uzvluy* vakansiya* varlisi varsava* vaterloo* vatsap* vayfay vegan*
velosiped* vergi* versal* viski* vitamin* viza* voleybol* vulkan* whatsapp* wifi xamenei* xerceng*
xeste xestelik* xestexana* xiaomi* xirosima* xiyar* xristian* yagacaq yagir yagis* yagmur* yalta*
yarali yastiq* yemek* yemis* yoqa yorgan* youtube* yumurta* yupiter* yuventus* yuxu yuxuda zarafat*
zaryadka* zelenski* zodiak* zoopark* zukerberq* zurafe*
"""
TURKISH = """
aciktim adresi adresini agac agaci agaclar agrisi agriyor airbnb ajda akbank* album* alerji*
aliexpress* allah amazon anaokul* android* anime* antarktika* antibiyotik* armut* asci asean*
asgari* asi asisi askim aslan* aspirin* astroloji* astronom* ateist* atm audi ayakkabi*
ayastefanos* bahce bahcede bahcivan* bakici* bakkal* baklava* balik* balkon* banka bankada
bankamatik* barcelona* basketbol* bavul* bayern* bayram bayrami beckham* bedelli* berber* besiktas*
biden* bilet* bilezik* bilgisayar* bilmece* bira bisiklet* bitcoin* biyografi* biyoloji bluetooth*
bmw bobrek* boks booking borek* borsa* bosan* brexit* brics* bulasik* bulutlu* burc* burger* butce*
buzdolab* camasir* canta casino* castro* cay ceket* cenevre* cernobil* chatgpt* chelsea* churchill*
cicek* cikolata* cilek* cimbom* corba* covid* cv darwin* dayton* deepseek* depresyon* derbi*
ders dersler dilbilgisi* din dini dinozor* disci* disim diyabet* diyet* dizi dizileri dizisi dogum*
doktor* dolma dolmus* domates* dondurma dostoyevski* dota dovme* dto dugun* eczane* ehliyet*
einstein* ekmek* ekran* elbise* elma elmalar elon emekli* emoji* enflasyon* esad esek* espri* etek
eurovision* everest* evlen* evlilik* ezan ezani facebook* fal falci* fatura* fenerbahce* fenomen*
fifa fil firavun* fitness fiyat* fizik fotosentez* futbol* galaksi* galatasaray* gandi* garson*
gebe gelinlik* geometri* gezegen* gitar* gmail* gomlek* gpt gramer* grip gsyh gta guinness* gures*
haaland* hac hacli* haha hakemi hamaney* hamburger* hamile* hamster* hasta hastalik* hastane*
hastayim havalar hayvan* hekim* hirosima* hitler* hokey* hollywood* hostel* hristiyan* hurrem*
hyundai* icardi* iddaa* ielts iftar* ikizler* ilac* imf imparator* incil* inek* instagram* iphone*
ipotek* issizlik* jimnastik* judo* jupiter* juventus* kafe kahve* kaktus* kaleci* kalori* kanser*
kapadokya* kaplumbaga* karaciger* karate* karlofca* karne* karpuz* kavun* kayiplar* kaynarca* kdv
kebab* kebap* kedi* kek kelebek* kennedy* kimya kira* kitap* kiyma* klavye* kleopatra* klima*
kofte* kokteyl* koltuk* kolye* komik* kompozisyon* konser* kopek* korona* koyun* kpss kral* kredi*
kriptopara* kuafor* kulaklik* kumar* kupon* kura kurabiye* kuralari kurasi kurbanlik kurye* kus
kuslar kyoto* lahmacun* lale* laptop* lastik* lenin* lezzet* lgs limon* lira lirasi liverpool*
lizbon* lokanta* lol lozan* lukasenko* maas* mac maci macin maclar maclari macron* madrid* magaza*
magazin* makarna* makyaj* malazgirt* maldiv* mandela* manikur* manti maradona* marangoz* maraton*
masaj* matematik* maymun* mbappe* mcdonalds menemen* mercedes* mercosur* merkel* messi*
meteoroloji* metro metrobus* metroda metrosu metroya mide migren* migros* milyarder* milyoner*
minecraft* minsk* mobilya* modric* molotov* mondros* montreux* montro* motosiklet* mourinho* mtv
mulakat* musk musluk* muz muzik* nafaka* nafta nagazaki* namaz* napolyon* nasa nasilsin nasrettin*
nba netanyahu* netflix* nevruz* newton* neymar* nezle* nikah* nisanli* noel* nufus nufusu nukleer*
nurnberg* obama* odev* ofsayt* oglak* oksur* okyanus* olenler olimpiyat* opec openai opus* oruc
oscar* osimhen* otel* otobus* otopark* otv oyna* oyun oyuncusu oyunlari oyunu ozgecmis* padisah*
pantolon* papa papagan* parfum* parolam pasaport* paskalya* pasta* patates* pele penalti* perde*
peygamber* peynir* photoshop* pilav* piramit* pisagor* piyango* piyano* pizza* plaj* playstation*
porno* potsdam* potter* psg psikolog* pubg puskin* putin* python raki ramazan* randevu* rapci*
rehine* renault* restoran* rihanna* roblox* roman ronaldo* roosevelt* ruj ruya* sac saci sacim
saddam* sahur* saka salata* sampiyon* sampuan* samsung* sarap* sarimsak* sarj* sarki* satranc*
saturn* schengen* secim* sehit* seker* seks seksi selfie* semsiye* sengen* sevgili* seviyorum sevr
sezar* sezen shakespeare* shakira* sicaklik* sifre* sigorta* siir* sikildim simit* sinav* sinema*
sivilce* sivrisinek* skor* sogan* sosis* sozluk* spacex spotify* stadyum* staj* stalin* starbucks
sucuk* sultan* superman* supermarket* supurge* susi sut tadilat* taksi* tarif tarifesi tarifi
tarifleri tarkan* tarot* tatil* tatli* tavsan* tavuk* telefon* teleskop* temizlikci* temu tenis
terazi* tereyag* terzi* tesisatci* tesla* tiktok* tilki* timur* tinder titanik* tl tofas* togg
tolstoy* toyota* trabzonspor* tramvay* trendyol* trianon* trump* turkmencay* tuvalet* twitter* tyt
uber ucak* ucus* ucuz* uefa ufc unicef* unlu utu uyeli* uzum* valiz* varsova* vegan* venus* vergi*
versay* vietnam* viski* vitamin* vize* voleybol* votka* waterloo* whatsapp* wifi xiaomi* yagis*
yagmur* yalta* yapay yaptirim* yarali yastik* yemeg* yemek* yengec* yilan* yilbasi* yks yoga
yogurt* yorgan* youtube* yumurta* yuzme* zarf* zeka zekasi zelenski* zelensky* zengini zeytin*
zidane* zuckerberg* zurafa*
"""
RUSSIAN = """
авиабилет* авито авраам* автобус* адрес* аифон* аквариум* актер* актрис* акул* алгебр* алимент*
алиэкспресс* аллах* аллерги* альбом* амазон* андроид* анекдот* аниме антаркти* антибиотик* антоним*
аптек* арбуз* аренд* асад асеан аспирин* астма астмы астролог* астроном* атеис* ауди бабочк*
баиден* баклажан* балкон* банан* банк банка банке банки банков банкомат* баранин* барселон*
баскетбол* беременн* бессонниц* библи* билет* биограф* биологии биология бирж* биткоин* блин блины
блогер* бмв бог богатеиш* бокс боксер* болезн* болит больниц* борщ* брак брака брексит* брикс брюки
будапештск* букмекер* бургер* бюджет* ваифаи ваканс* вакцин* ванна варить варшав* ватсап* ввп
веган* велосипед* венера версал* видеоигр* виза визу визы витамин* вконтакте вкусн* влюбл* водк*
водолеи волеибол* волк волос* вратар* врач* вселенн* вто вулкан* выбор* выигра* вьетнам* галактик*
галатасара* ганди геимер* геометри* гибдд гимнаст* гитар* гитлер* глагол* говядин* гол голливуд*
голоден голодна голубц* гонк* гороскоп* гостиниц* гпт градус* грамматик* гриб грибы грипп* гроза
груша дарвин* девушк* деитон* дельфин* депресси* дерби десерт* детсад* джинс* дзюдо диабет* диван*
диета диету динозавр* дискорд* дожди дождлив* дождь дождя доктор* домашк* достоевск* дота доту дыня
евровиден* евросоюз* егэ еда жара жарить жару желудка желудок женат* женев* женить* жених* животн*
завтрак* загадк* заложник* замуж* зарплат* зарядк* затмен* зеленск* змеи змея знакомств*
знаменитост* зодиак* зонт зоопарк* зуб зубов зубы икеа илон император* инстаграм* инфляц* иога
ипотек* искусственныи каддафи казино калори* карате картофел* картош* каспаров* кафе кашель кеннеди
киа кино кинотеатр* киото киотск* клавиатур* клеопатр* клубник* книг* ковид* коза козерог* коктеил*
колбас* комет* коммуналк* компьютер* кондиционер* концерт* коран корова коровы корол* коронавирус*
кот кота котен* котик* котлет* котов котом коту коты кофе кошк* кредит* крестов* криптовалют*
кролик* кроссовк* кубка кубок купон* куриц* курорт* куртк* курьер* лада лекарств* ленин* ливень
ливерпул* лимон* лиса лиссабон* лису лозанн* лол лотере* лошад* лук лукашенко луна луны любви люблю
любовь маастрихт* магазин* мадонн* мадрид* маинкрафт* макарон* макдональдс* макияж* макрон*
мальдив* маникюр* марадон* марафон* марс маск массаж* математик* матч* мбаппе мвф мебел* медвед*
меркель мерседес* месси месячные метель метро мигрен* микроволнов* микрозаим* миллиардер*
миллионер* минск* молитв* молока молоко молотов* монтре морожен* мороз* мотоцикл* мультик*
мультфильм* налог* намаз* наполеон* насморк* наушник* нафта ндфл невест* недорог* неимар* неиросет*
нейросет* нетаньяху нетфликс* новруз* ноут ноутбук* ньютон* нюрнберг* няни няню няня обама обед
обезьян* облачно овен овца огород* огурец огурц* одеял* океан* олимпи* опек осадки оскар* отдых*
отели отель отеля отжиман* отпуск отпуска отпуске падеж* падени* парикмахер* парковк* парол*
паспорт* пасха пасху паук певец певиц* певц* пеле пельмен* пенальти пенси* песен песн* печень*
пингвин* пирамид* пирог* питон* пифагор* пицц* планет* плать* плеистеишн* плов плова плотник* пляж*
повар повара погибл* погибш* погод* подработк* подушк* пожарить покер* помад* помидор* попуга*
порно* потери потсдам* поттер* похуде* поцелу* почки поэт поэта праздник* прививк* призыв* принтер*
приснил* прогноз* психолог* птиц* пубг пугачев* путевк* путин* пушкин* пчел* пылесос* радуга рак
рака рамадан* раненые раненых распродаж* резюме реис* рейс религи* репетитор* ресторан* реферат*
рецепт* рианн* роблокс* рожден* рождеств* роза роналду рыба рыбалк* рыбу рыбы рэпер* салат*
самсунг* санкци* сантехник* сатурн* сахар* сбербанк* сборная свадеб* свадьб* сварить свидание секс*
селфи сериал* синоним* синоптик* скучаю скучно слон смартфон* сметан* смешн* снв снег* снять собак*
собеседован* сосиск* сочинен* спортзал* срочник* стадион* сталин* стиральн* стирк* стих стихи
стихотворен* столяр* стоматолог* страхов* стрижк* сувенир* султан* суп супермаркет* супермен*
существительн* счет сыр таблетк* такси* таро твиттер* творог* телевизор* телескоп* телефон* телец
температур* теннис* теорем* тесла тигр тикток* тинькофф* титаник* тоиот* торт* трамва* трамп*
тренер* туалет* туман* туркманча* туфл* тюльпан* убитые убитых уборщи* уефа ужин* уравнен* утюг*
фараон* феисбук* фенербахче физика физике физики фильм* фитнес* фифа фотошоп* фриланс* футбол* хаха
химии химия хиросим* хлеб* хокке* холестерин* холодильник* холодно хомяк* хостел* христ* царь царя
цветок цветы цен цена ценам цены цукерберг* чаи чатбот* чатгпт чая челси чемодан* чемпион* черепах*
чернобыл* черчилл* чеснок* чехов* членств* шампун* шаурм* шах шахмат* шашлык* шекспир* шенген*
шоколад* шопинг* шторы штраф* шутк* щенк* эверест* эинштеин* экзамен* экскурс* электрик эмодзи юбка
юбку юнисеф юпитер* ютуб* яблок* ядерн* яиц яица яицо ялтинск*
"""


_ENTRIES = f"{ENGLISH} {AZERBAIJANI} {TURKISH} {RUSSIAN}".split()
_WHOLE = frozenset(each_entry for each_entry in _ENTRIES if not each_entry.endswith("*"))
_BEGINNINGS = tuple(entry[:-1] for entry in _ENTRIES if entry.endswith("*"))


@lru_cache(maxsize=20_000)
def is_errand(folded: str) -> bool:
    """Whether a folded word is of the kind that is asked of any bot: "weather", "biletləri"."""
    return folded in _WHOLE or folded.startswith(_BEGINNINGS)
