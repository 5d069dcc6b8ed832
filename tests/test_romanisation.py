"""Korean in Latin letters: the official examples, and words of everyday Korean, by hand."""

import re
import unicodedata
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from attention_course.korean.hangul import has_hangul
from attention_course.korean.romanisation import romanise

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
ANY = st.characters(exclude_categories=["Cs"])


def pairs(table: str) -> list[tuple[str, ...]]:
    """A table of "word latin", two spaces or a new line between them."""
    return [tuple(entry.split()) for entry in re.split(" {2,}|\n", table) if entry]


# Notice 2000-8 of the Ministry of Culture and Tourism, but for capitals and hyphens.
OFFICIAL = """
구미 gumi  영동 yeongdong  백암 baegam  옥천 okcheon  합덕 hapdeok  호법 hobeop  월곶 wolgot
벚꽃 beotkkot  한밭 hanbat  구리 guri  설악 seorak  칠곡 chilgok  임실 imsil  울릉 ulleung
대관령 daegwallyeong  광희문 gwanghuimun
백마 baengma  신문로 sinmunno  종로 jongno  왕십리 wangsimni  별내 byeollae  신라 silla
학여울 hangnyeoul  알약 allyak  해돋이 haedoji  같이 gachi  맞히다 machida
좋고 joko  놓다 nota  잡혀 japyeo  낳지 nachi  묵호 mukho  집현전 jiphyeonjeon
압구정 apgujeong  낙동강 nakdonggang  죽변 jukbyeon  낙성대 nakseongdae  합정 hapjeong
팔당 paldang  샛별 saetbyeol  울산 ulsan
중앙 jungang  반구대 bangudae  세운 seun  해운대 haeundae  부산 busan  세종 sejong
남산 namsan  속리산 songnisan  금강 geumgang  독도 dokdo  경복궁 gyeongbokgung
무량수전 muryangsujeon  연화교 yeonhwagyo  극락전 geungnakjeon  안압지 anapji
남한산성 namhansanseong  화랑대 hwarangdae  불국사 bulguksa  현충사 hyeonchungsa
독립문 dongnimmun  오죽헌 ojukheon  촉석루 chokseongnu  종묘 jongmyo  다보탑 dabotap
"""

# By what happens in them, in the order of the rules.
EVERYDAY = {
    "a final moves on to a vowel": """
        한국어를 hangugeoreul  책을 chaegeul  꽃이 kkochi  꽃을 kkocheul  앞에 ape  밑에 mite
        부엌에 bueoke  숲에 supe  옷을 oseul  이웃은 iuseun  있어요 isseoyo  갔어요 gasseoyo
        밖에 bakke  깎아요 kkakkayo  월요일에 woryoire  금요일 geumyoil  음악을 eumageul
        영어를 yeongeoreul  강아지 gangaji  맛있어요 masisseoyo  며칠이에요 myeochirieyo
        몇이에요 myeochieyo  생일 saengil  큰일 keunil
    """,
    "of two finals the second moves on": """
        읽어요 ilgeoyo  앉아요 anjayo  없어요 eopseoyo  값이 gapsi  닭이 dalgi  흙을 heulgeul
        여덟이 yeodeolbi  삶은 salmeun  젊은 jeolmeun  짧은 jjalbeun  넓은 neolbeun
        밟아요 balbayo  핥아요 haltayo  읊어요 eulpeoyo  몫이 moksi  넋을 neokseul
    """,
    "a final is one of seven sounds": """
        밖 bak  부엌 bueok  옷 ot  꽃 kkot  낮 nat  끝 kkeut  앞 ap  있다 itda  히읗 hieut  닭 dak
        삶 sam  값 gap  여덟 yeodeol  넋 neok  닦다 dakda  웃다 utda  젓가락 jeotgarak
        숟가락 sutgarak  바닷가에서 badatgaeseo  읽었다 ilgeotda  했습니다 haetseumnida
    """,
    "of two finals one is silent before a consonant": """
        읽다 ikda  읽습니다 ikseumnida  읽지만 ikjiman  맑다 makda  앉다 anda  앉고 ango
        앉습니다 anseumnida  없다 eopda  없고 eopgo  넓다 neolda  넓고 neolgo  짧다 jjalda
        핥다 halda  삶다 samda  젊다 jeomda  읊다 eupda  값도 gapdo  닭고기 dakgogi
        닭갈비 dakgalbi  흙과 heukgwa  까닭과 kkadakgwa  몫도 mokdo
    """,
    "a verb's ㄺ is l before ㄱ, and 밟다 and 넓죽하다 are exceptions": """
        읽고 ilgo  읽기 ilgi  읽거나 ilgeona  읽겠어요 ilgesseoyo  맑게 malge  밝게 balge
        늙고 neulgo  굵고 gulgo  밟다 bapda  밟고 bapgo  밟지 bapji  밟는 bamneun
        넓죽하다 neopjukada  넓적하다 neopjeokada
    """,
    "ㄱ ㄷ ㅂ become ng n m before ㄴ and ㅁ": """
        박물관에 bangmulgwane  읽는 ingneun  먹는 meongneun  찍는 jjingneun  걷는 geonneun
        닫는 danneun  듣는 deunneun  받는 banneun  씻는 ssinneun  돕는 domneun  쫓는 jjonneun
        맛있는 masinneun  재미있는 jaemiinneun  있는 inneun  있나요 innayo  없는 eomneun
        앉는 anneun  십만 simman  백만 baengman  국물 gungmul  작년 jangnyeon  학년 hangnyeon
        한국말 hangungmal  거짓말 geojinmal  낱말 nanmal  앞문 ammun  옛날 yennal  첫날 cheonnal
        끝나요 kkeunnayo  꽃무늬 kkonmunui  빗물 binmul  윗니 winni  부엌만 bueongman  값만 gamman
        닭만 dangman  흙만 heungman  몫만 mongman  입니다 imnida  합니다 hamnida
        감사합니다 gamsahamnida  반갑습니다 bangapseumnida  앞날 amnal  겉모습 geonmoseup
    """,
    "ㄹ becomes n after other consonants": """
        정류장에 jeongnyujange  대통령 daetongnyeong  음료수 eumnyosu  심리 simni  독립 dongnip
        국립 gungnip  협력 hyeomnyeok  컵라면 keomnamyeon  강릉 gangneung  법률 beomnyul
        박람회 bangnamhoe  승리 seungni  능력 neungnyeok  식량 singnyang  정리하고 jeongnihago
    """,
    "ㄴ beside ㄹ becomes l": """
        서울로 seoullo  연필로 yeonpillo  지하철로 jihacheollo  설날 seollal  연락 yeollak
        관리 gwalli  편리한 pyeollihan  난로 nallo  칼날 kallal  한라산 hallasan  물난리 mullalli
        실내 sillae  일 il  잃는 illeun  끓는 kkeulleun  싫네 sille  넓네 neolle  핥네 halle
        짧네 jjalle  전라도 jeollado  천리 cheolli
    """,
    "ㄹㄹ that is spelled is ll too": """
        빨리 ppalli  놀러 nolleo  팔러 palleo  만들러 mandeulleo  달려요 dallyeoyo
        불러요 bulleoyo  빌려주고 billyeojugo  텔레비전을 tellebijeoneul  별로 byeollo
        몰라요 mollayo  걸레 geolle
    """,
    "ㄷ and ㅌ before 이 become j and ch": """
        굳이 guji  맏이 maji  미닫이 midaji  밭이 bachi  끝이 kkeuchi  끝입니다 kkeuchimnida
        햇볕이 haetbyeochi  바깥이 bakkachi  붙여 buchyeo  붙여요 buchyeoyo  붙이다 buchida
        닫혀 dachyeo  닫혔어요 dachyeosseoyo  닫히다 dachida  굳히다 guchida  묻혀요 muchyeoyo
        핥이다 halchida  낱낱이 nannachi  잔디 jandi  밭을 bateul  밭에서 bateseo
    """,
    "ㅎ joins the consonant behind it": """
        많고 manko  많다 manta  많지만 manchiman  않다 anta  않고 anko  싫다 silta
        싫지만 silchiman  잃다 ilta  놓지 nochi  좋지요 jochiyo  좋다 jota  이렇게 ireoke
        어떻게 eotteoke  그렇지만 geureochiman  옳다 olta
    """,
    "ㅎ is silent before a vowel and ㅅ, and n before ㄴ": """
        좋아요 joayo  많아요 manayo  많이 mani  괜찮아 gwaenchana  싫어요 sireoyo  않은 aneun
        잃어버렸어요 ireobeoryeosseoyo  놓아요 noayo  끓여요 kkeuryeoyo  옳은 oreun
        좋습니다 joseumnida  많습니다 manseumnida  싫습니다 silseumnida  놓는 nonneun  많네 manne
        그렇네 geureonne  좋네요 jonneyo
    """,
    "a verb's ㅎ joins the consonant before it": """
        못해요 motaeyo  못하고 motago  생각해요 saenggakaeyo  도착하고 dochakago
        도착했어요 dochakaesseoyo  시작합니다 sijakamnida  착한 chakan  행복한 haengbokan
        똑똑한 ttokttokan  깨끗한 kkaekkeutan  따뜻한 ttatteutan  비슷해요 biseutaeyo
        대답했어요 daedapaesseoyo  급하게 geupage  특히 teuki  급히 geupi  솔직히 soljiki
        막히다 makida  먹혀요 meokyeoyo  뽑혔어요 ppopyeosseoyo  맺혀 maechyeo  꽂힌 kkochin
        잊혀 ichyeo  밝혀 balkyeo  읽히다 ilkida  밟혀 balpyeo  넓히다 neolpida  앉혀요 anchyeoyo
        얹히다 eonchida  가족한테 gajokante  책하고 chaekago  옷하고 otago  꽃하고 kkotago
        닭하고 dakago  여덟하고 yeodeolhago  거북한 geobukan
    """,
    "a noun's ㅎ is kept": """
        백화점에서 baekhwajeomeseo  입학 iphak  국회 gukhoe  북한 bukhan  북한산 bukhansan
        남북한 nambukhan  축하 chukha  역할을 yeokhareul  백합 baekhap  집합 jiphap  첫해 cheothae
        식혜 sikhye  법학 beophak  약혼 yakhon  맏형 mathyeong  녹화 nokhwa  꽃향기 kkothyanggi
        낙하산 nakhasan  입학해요 iphakaeyo  축하해요 chukhahaeyo  흑해 heukhae  혹한 hokhan
        적합한 jeokhapan
    """,
    "ㅎ that meets no such consonant stays": """
        전화 jeonhwa  결혼해요 gyeolhonhaeyo  안녕히 annyeonghi  안녕하세요 annyeonghaseyo
        미안합니다 mianhamnida  천천히 cheoncheonhi  오후에 ohue  열심히 yeolsimhi
    """,
    "ㄴ comes in where a word is a compound": """
        꽃잎 kkonnip  나뭇잎 namunnip  깻잎 kkaennip  풀잎 pullip  서울역 seoullyeok
        서울역에서 seoullyeogeseo  부산역 busannyeok  강남역 gangnamnyeok  시청역 sicheongnyeok
        강릉역 gangneungnyeok  지하철역 jihacheollyeok  십육 simnyuk  백육십 baengnyuksip
        이십육 isimnyuk  열여섯 yeollyeoseot  열여덟 yeollyeodeol  스물여섯 seumullyeoseot
        서른여덟 seoreunnyeodeol  담요 damnyo  한여름 hannyeoreum  색연필 saengnyeonpil
        집안일 jibannil  볼일 bollil  별일 byeollil  웬일이에요 wennirieyo  부엌일 bueongnil
        옛날이야기 yennalliyagi  신혼여행 sinhonnyeohaeng  식용유 sigyongnyu  솜이불 somnibul
        물약 mullyak  두통약 dutongnyak  직행열차 jikhaengnyeolcha  낯익은 nannigeun
    """,
    "a joint closes the syllable before it": """
        맛없어요 madeopseoyo  맛없는 madeomneun  멋없다 meodeopda  끝없이 kkeudeopsi  겉옷 geodot
        속옷 sogot  잠옷을 jamoseul  값어치 gabeochi  첫아이 cheodai  낱알 nadal  웃어른 udeoreun
        첫인사 cheodinsa  몇월에 myeodwore  몇인분 myeodinbun  곧이어 godieo  뜻있는 tteudinneun
        싫증 siljeung
    """,
    "ㄴ and ㄹ stay apart in some compounds": """
        생산량 saengsannyang  등산로 deungsanno  표현력 pyohyeonnyeok  의견란 uigyeonnan
        판단력 pandannyeok  입원료 ibwonnyo
    """,
    "the names of the letters sound otherwise than they are spelled": """
        디귿이 digeusi  디귿도 digeutdo  지읒이 jieusi  치읓을 chieuseul  키읔이 kieugi
        티읕에 tieuse  피읖이 pieubi  히읗은 hieuseun  기역 giyeok  니은이 nieuni
    """,
    "tense sounds are not written unless they are spelled": """
        학교에 hakgyoe  먹고 meokgo  식당 sikdang  김밥 gimbap  떡볶이 tteokbokki
        볶음밥 bokkeumbap  갈게요 galgeyo  할 hal  국수를 guksureul  책상을 chaeksangeul
        극장에서 geukjangeseo  옆집 yeopjip  비빔밥 bibimbap  짜다 jjada  쌀 ssal  빵 ppang
    """,
    "vowels are written as they are spelled": """
        의사 uisa  회의의 hoeuiui  희망 huimang  시계를 sigyereul  가져요 gajyeoyo
        가르쳐요 gareuchyeoyo  외국 oeguk  왜 wae  웨이터 weiteo  원숭이 wonsungi  귀 gwi
        얘기 yaegi  예쁜 yeppeun  돼지 dwaeji  요리 yori  유리 yuri  워 wo
    """,
}


@pytest.mark.parametrize(("word", "latin"), pairs(OFFICIAL))
def test_the_examples_of_the_official_notice_come_out(word, latin):
    assert romanise(word) == latin


@pytest.mark.parametrize("rule", EVERYDAY)
def test_everyday_words_sound_as_a_korean_says_them(rule):
    table = pairs(EVERYDAY[rule])
    assert {word: romanise(word) for word, _ in table} == dict(table)


def test_the_tables_hold_enough_words():
    words = [word for table in EVERYDAY.values() for word, _ in pairs(table)]
    assert len(set(words)) == len(words) >= 400


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("나는 책을 읽었다 .", "naneun chaegeul ilgeotda ."),
        ("제가 어제 도운 변호사는 서울에 와요 .", "jega eoje doun byeonhosaneun seoure wayo ."),
        ("읽는다.", "ingneunda."),
        ("꽃 위", "kkot wi"),
        ("박 물관", "bak mulgwan"),
        ("Tom은 2:30에", "Tomeun 2:30e"),
        ("½ …", "½ …"),
        ("", ""),
    ],
)
def test_sounds_change_within_a_word_and_all_else_stays(written, latin):
    assert romanise(written) == latin


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("ㅋㅋ", "kk"),
        ("안녕ㅎㅎ", "annyeonghh"),
        ("ㅠㅠ", "yuyu"),
        ("ㅇㅇ", "ngng"),
        ("ㄳ", "gs"),
        ("\uffa1", "g"),  # half as wide
        ("㈜", "(ju)"),
        ("㉮", "ga"),
        ("\u1112\u119e\u11ab", "h?n"),  # ᄒᆞᆫ, with a vowel that is no longer in use
    ],
)
def test_letters_that_stand_alone_are_written_one_by_one(written, latin):
    assert romanise(written) == latin


@given(st.text(SYLLABLES, min_size=1))
def test_every_syllable_becomes_one_to_seven_small_latin_letters(text):
    latin = romanise(text)
    assert latin.isascii()
    assert latin.isalpha()
    assert latin.islower()
    assert len(text) <= len(latin) <= 7 * len(text)


@given(st.text(SYLLABLES | ANY))
def test_no_hangul_is_left_whether_composed_or_not(text):
    assert not has_hangul(romanise(text))
    assert romanise(unicodedata.normalize("NFD", text)) == romanise(text)


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_latin_letters_stay_as_they_are(text):
    assert romanise(text) == text


@given(st.text(SYLLABLES | st.sampled_from(" .ㅋ㈜")))
def test_what_is_romanised_stays_so(text):
    assert romanise(romanise(text)) == romanise(text)


@given(st.text(SYLLABLES), st.text(SYLLABLES))
def test_one_word_does_not_change_the_next(one, two):
    assert romanise(f"{one} {two}") == f"{romanise(one)} {romanise(two)}"


def test_the_words_of_pocket_korean_are_written_as_a_reader_found_them_right():
    text = (Path(__file__).parent / "romanised.txt").read_text(encoding="utf-8")
    table = [line.split() for line in text.splitlines() if not line.startswith("#")]
    words = {row[at]: row[at + 1] for row in table for at in range(0, len(row), 2)}
    assert len(words) > 300
    assert {word: romanise(word) for word in words} == words
