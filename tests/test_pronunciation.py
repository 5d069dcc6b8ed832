"""How Korean sounds: the examples of the standard itself, by article, and what cannot be said."""

import re

import pytest

from attention_course.korean.compounds import DIVIDED, RESPELLED, divide
from attention_course.korean.hangul import FINALS, INITIALS, VOWELS, Syllable, has_hangul, split
from attention_course.korean.pronunciation import END_SOUNDS, pronounce

# As 표준 발음법 writes them in brackets, but for consonants that become tense: 닦다 [닥따] is 닥다.
STANDARD = {
    9: """
        닦다 닥다  키읔 키윽  키읔과 키윽과  옷 옫  웃다 욷다  있다 읻다  빚다 빋다  쫓다 쫃다
        솥 솓  뱉다 밷다  앞 압  덮다 덥다
    """,
    10: """
        넋 넉  넋과 넉과  앉다 안다  여덟 여덜  넓다 널다  외곬 외골  핥다 할다  값 갑  없다 업다
        밟다 밥다  밟소 밥소  밟지 밥지  밟는 밤는  밟게 밥게  밟고 밥고  넓둥글다 넙둥글다
    """,
    11: """
        닭 닥  흙과 흑과  맑다 막다  늙지 늑지  삶 삼  젊다 점다  읊고 읍고  읊다 읍다  맑게 말게
        묽고 물고  얽거나 얼거나
    """,
    12: """
        놓고 노코  좋던 조턴  쌓지 싸치  많고 만코  않던 안턴  닳지 달치  먹히다 머키다
        밝히다 발키다  좁히다 조피다  넓히다 널피다  꽂히다 꼬치다  앉히다 안치다  닿소 다소
        많소 만소  싫소 실소  놓는 논는  쌓네 싼네  않네 안네  않는 안는  뚫네 뚤레  뚫는 뚤른
        낳은 나은  놓아 노아  쌓이다 싸이다  많아 마나  않은 아는  닳아 다라  싫어도 시러도
    """,
    13: """
        깎아 까까  옷이 오시  있어 이써  낮이 나지  꽂아 꼬자  꽃을 꼬츨  쫓아 쪼차  밭에 바테
        앞으로 아프로  덮이다 더피다
    """,
    14: """
        넋이 넉시  앉아 안자  닭을 달글  젊어 절머  곬이 골시  핥아 할타  읊어 을퍼  값을 갑슬
        없어 업서
    """,
    15: """
        밭아래 바다래  늪앞 느밥  젖어미 저더미  맛없다 마덥다  겉옷 거돋  헛웃음 허두슴
        꽃위 꼬뒤  넋없다 너겁다  닭앞에 다가페  값어치 가버치  값있는 가빈는
    """,
    16: """
        디귿이 디그시  디귿을 디그슬  디귿에 디그세  지읒이 지으시  치읓이 치으시  키읔이 키으기
        티읕이 티으시  피읖이 피으비  히읗이 히으시
    """,
    17: """
        곧이듣다 고지듣다  굳이 구지  미닫이 미다지  땀받이 땀바지  밭이 바치  벼훑이 벼훌치
        굳히다 구치다  닫히다 다치다  묻히다 무치다
    """,
    18: """
        먹는 멍는  국물 궁물  깎는 깡는  키읔만 키응만  몫몫이 몽목시  긁는 긍는  흙만 흥만
        닫는 단는  짓는 진는  옷맵시 온맵시  있는 인는  맞는 만는  젖멍울 전멍울  쫓는 쫀는
        꽃망울 꼰망울  붙는 분는  잡는 잠는  밥물 밤물  앞마당 암마당  읊는 음는  없는 엄는
        값매다 감매다
    """,
    19: """
        담력 담녁  침략 침냑  강릉 강능  항로 항노  대통령 대통녕  막론 망논  백리 뱅니  협력 혐녁
        십리 심니
    """,
    20: """
        난로 날로  신라 실라  천리 철리  광한루 광할루  대관령 대괄령  칼날 칼랄  물난리 물랄리
        줄넘기 줄럼기  할는지 할른지  닳는 달른  핥네 할레  의견란 의견난  임진란 임진난
        생산량 생산냥  결단력 결단녁  공권력 공권녁  동원령 동원녕  상견례 상견녜  횡단로 횡단노
        이원론 이원논  입원료 이붠뇨  구근류 구근뉴
    """,
    29: """
        솜이불 솜니불  홑이불 혼니불  막일 망닐  삯일 상닐  맨입 맨닙  꽃잎 꼰닙  내복약 내봉냑
        한여름 한녀름  남존여비 남존녀비  신여성 신녀성  색연필 생년필  늑막염 능망념  콩엿 콩녇
        담요 담뇨  눈요기 눈뇨기  영업용 영엄뇽  식용유 시굥뉴  백분율 백분뉼  밤윷 밤뉻
        솔잎 솔립  설익다 설릭다  물약 물략  불여우 불려우  서울역 서울력  물엿 물렫
        휘발유 휘발류  유들유들 유들류들  송별연 송벼련  등용문 등용문
    """,
    30: """
        콧날 콘날  아랫니 아랜니  툇마루 퇸마루  뱃머리 밴머리  베갯잇 베갠닏  깻잎 깬닙
        나뭇잎 나문닙  뒷윷 뒨뉻
    """,
}


def pairs(table: str) -> dict[str, str]:
    """A table of "word sound", two spaces or a new line between them."""
    return dict(entry.split() for entry in re.split(" {2,}|\n", table) if entry)


def said(word: str) -> str:
    return "".join(map(str, pronounce(word)))


@pytest.mark.parametrize("article", STANDARD)
def test_the_examples_of_the_standard_sound_as_it_says(article):
    examples = pairs(STANDARD[article])
    assert {word: said(word) for word in examples} == examples


def every_meeting():
    """Each final before each initial, with a vowel that can change it and one that cannot."""
    for final in FINALS:
        for initial in INITIALS:
            for vowel in "ㅏㅣ":
                yield Syllable("ㅂ", "ㅗ", final), Syllable(initial, vowel, "")


def test_what_is_said_can_be_said():
    """No stop before a nasal, ㄹ behind nothing but a vowel and ㄹ, and no ㅎ behind ㅎ."""
    for one, two in every_meeting():
        first, second = pronounce(f"{one}{two}")
        meeting = first.final + second.initial
        assert first.final in ("", *END_SOUNDS), f"{one}{two}"
        assert meeting not in {stop + nasal for stop in "ㄱㄷㅂ" for nasal in "ㄴㅁ"}, f"{one}{two}"
        assert second.initial != "ㄹ" or first.final in ("", "ㄹ"), f"{one}{two}"
        assert meeting != "ㄹㄴ", f"{one}{two}"


def test_a_silent_initial_stays_silent_behind_a_vowel_ng_and_h_alone():
    for one, two in every_meeting():
        first, second = pronounce(f"{one}{two}")
        if two.initial == "ㅇ":
            assert (second.initial == "ㅇ") == (one.final in ("", "ㅇ", "ㅎ")), f"{one}{two}"
            assert first.final != "ㅎ"


def test_a_word_that_has_been_said_sounds_the_same_when_it_is_said_again():
    for one, two in every_meeting():
        once = said(f"{one}{two}")
        assert said(once) == once or two.initial in "ㅇㅎ", f"{one}{two}"


@pytest.mark.parametrize("word", DIVIDED)
def test_every_word_of_the_table_is_there_for_a_reason(word):
    """Without the table it would sound otherwise."""
    alone = "가" + word  # a word is looked for at the beginning
    assert said(alone)[1:] != said(word)


def test_a_word_is_divided_at_its_joints_whatever_follows():
    assert divide("서울역에서") == "서울-역에서"
    assert divide("나뭇잎이") == "나뭇-잎이"
    assert divide("육십육") == "육십-육"
    assert divide("맛없는") == "맛-없는"
    assert divide("여섯") == "여섯"
    assert divide("학교에") == "학교에"
    assert not set("".join(RESPELLED)) & {"-"}


def test_a_syllable_is_taken_apart_and_put_together_again():
    assert split("값") == ("ㄱ", "ㅏ", "ㅄ")
    assert split("이") == ("ㅇ", "ㅣ", "")
    assert all(str(split(chr(code))) == chr(code) for code in range(0xAC00, 0xD7A4))
    assert str(Syllable(INITIALS[-1], VOWELS[-1], FINALS[-1])) == "힣"


@pytest.mark.parametrize("wrong", ["a", "ㄱ", "", "가나", "\u1100\u1161"])
def test_what_is_no_syllable_cannot_be_taken_apart(wrong):
    with pytest.raises(ValueError, match=r"expected one Hangul syllable, got .*compose it first"):
        split(wrong)


def test_a_text_without_hangul_has_none():
    assert has_hangul("a 책")
    assert has_hangul("ㅋ")
    assert not has_hangul("a book, 本")
