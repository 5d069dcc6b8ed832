"""Korean endings as a Korean would say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_course.korean import endings as ko
from attention_course.korean.endings import Stem, attach, conjugate, honoured
from attention_course.korean.hangul import split

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
ENDINGS = "아요 았어요 (으)ㄹ 고 지만 는 (으)ㄴ (으)면 (으)니까 아서 (으)러 (으)세요 기 지".split()


@pytest.mark.parametrize(
    ("noun", "particle", "word"),
    [
        ("학생", ko.TOPIC, "학생은"),
        ("친구", ko.TOPIC, "친구는"),
        ("가수", ko.SUBJECT, "가수가"),
        ("저", ko.SUBJECT, "제가"),
        ("책", ko.OBJECT, "책을"),
        ("우유", ko.OBJECT, "우유를"),
        ("민수", ko.WITH, "민수와"),
        ("이웃", ko.WITH, "이웃과"),
        ("서울", ko.TOWARDS, "서울로"),
        ("연필", ko.TOWARDS, "연필로"),
        ("집", ko.TOWARDS, "집으로"),
        ("학교", ko.TOWARDS, "학교로"),
        ("의사", ko.IS, "의사예요"),
        ("책", ko.IS, "책이에요"),
        ("도서관", "에서", "도서관에서"),
    ],
)
def test_a_noun_takes_the_particle_that_a_korean_would_say(noun, particle, word):
    assert attach(noun, particle) == word


@given(SYLLABLES)
def test_every_particle_follows_the_last_letter_of_its_noun(noun):
    final = split(noun).final
    if noun != "저":
        assert attach(noun, ko.SUBJECT) == noun + ("이" if final else "가")
    assert attach(noun, ko.TOPIC) == noun + ("은" if final else "는")
    assert attach(noun, ko.OBJECT) == noun + ("을" if final else "를")
    assert attach(noun, ko.WITH) == noun + ("과" if final else "와")
    assert attach(noun, ko.TOWARDS) == noun + ("으로" if final not in ("", "ㄹ") else "로")


def test_a_word_that_is_not_hangul_has_no_particle():
    with pytest.raises(ValueError, match="expected a word that ends in a Hangul syllable"):
        attach("book", ko.OBJECT)


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        (Stem("읽다"),
         "읽어요 읽었어요 읽을 읽고 읽지만 읽는 읽은 "
         "읽으면 읽으니까 읽어서 읽으러 읽으세요 읽기 읽지"),
        (Stem("가다"),
         "가요 갔어요 갈 가고 가지만 가는 간 "
         "가면 가니까 가서 가러 가세요 가기 가지"),
        (Stem("오다"),
         "와요 왔어요 올 오고 오지만 오는 온 "
         "오면 오니까 와서 오러 오세요 오기 오지"),
        (Stem("마시다"),
         "마셔요 마셨어요 마실 마시고 마시지만 마시는 마신 "
         "마시면 마시니까 마셔서 마시러 마시세요 마시기 마시지"),
        (Stem("만들다"),
         "만들어요 만들었어요 만들 만들고 만들지만 만드는 만든 "
         "만들면 만드니까 만들어서 만들러 만드세요 만들기 만들지"),
        (Stem("듣다", "ㄷ"),
         "들어요 들었어요 들을 듣고 듣지만 듣는 들은 "
         "들으면 들으니까 들어서 들으러 들으세요 듣기 듣지"),
        (Stem("받다"),
         "받아요 받았어요 받을 받고 받지만 받는 받은 "
         "받으면 받으니까 받아서 받으러 받으세요 받기 받지"),
        (Stem("돕다", "ㅂ"),
         "도와요 도왔어요 도울 돕고 돕지만 돕는 도운 "
         "도우면 도우니까 도와서 도우러 도우세요 돕기 돕지"),
        (Stem("춥다", "ㅂ"),
         "추워요 추웠어요 추울 춥고 춥지만 춥는 추운 "
         "추우면 추우니까 추워서 추우러 추우세요 춥기 춥지"),
        (Stem("부르다", "르"),
         "불러요 불렀어요 부를 부르고 부르지만 부르는 부른 "
         "부르면 부르니까 불러서 부르러 부르세요 부르기 부르지"),
        (Stem("쓰다"),
         "써요 썼어요 쓸 쓰고 쓰지만 쓰는 쓴 "
         "쓰면 쓰니까 써서 쓰러 쓰세요 쓰기 쓰지"),
        (Stem("바쁘다"),
         "바빠요 바빴어요 바쁠 바쁘고 바쁘지만 바쁘는 바쁜 "
         "바쁘면 바쁘니까 바빠서 바쁘러 바쁘세요 바쁘기 바쁘지"),
        (Stem("쉬다"),
         "쉬어요 쉬었어요 쉴 쉬고 쉬지만 쉬는 쉰 "
         "쉬면 쉬니까 쉬어서 쉬러 쉬세요 쉬기 쉬지"),
        (Stem("주다"),
         "줘요 줬어요 줄 주고 주지만 주는 준 "
         "주면 주니까 줘서 주러 주세요 주기 주지"),
        (Stem("공부하다"),
         "공부해요 공부했어요 공부할 공부하고 공부하지만 공부하는 공부한 "
         "공부하면 공부하니까 공부해서 공부하러 공부하세요 공부하기 공부하지"),
    ],
    ids=lambda one: one.dictionary if isinstance(one, Stem) else "",
)  # fmt: skip
def test_a_verb_has_the_forms_that_a_korean_would_say(stem, forms):
    assert [conjugate(stem, ending) for ending in ENDINGS] == forms.split()


@pytest.mark.parametrize(
    ("stem", "past"),
    [
        (Stem("가다"), "가셨어요"),
        (Stem("읽다"), "읽으셨어요"),
        (Stem("만들다"), "만드셨어요"),
        (Stem("듣다", "ㄷ"), "들으셨어요"),
        (Stem("돕다", "ㅂ"), "도우셨어요"),
    ],
)
def test_somebody_who_is_honoured_does_it_with_si(stem, past):
    assert conjugate(honoured(stem), "았어요") == past
