"""The gloss as it is shown: below words on a page, in columns in a terminal."""

from attention_course.figures.gloss import in_columns, interlinear, is_known

SENTENCE = "유나는 박물관에서 책을 읽었어요 ."


def test_below_each_word_stands_how_it_sounds_what_it_means_and_what_its_ending_does():
    page = interlinear(SENTENCE, "yuna read a book at the museum .")
    for said in ("bangmulgwaneseo", ">museum<", "<small>topic</small>", "yuna read a book at"):
        assert said in page
    assert page.count("<li>") == 5
    assert page.count('lang="ko"') == 5


def test_what_a_reader_typed_is_no_html():
    assert "<script>" not in interlinear("<script> 유나는", "<script>")


def test_a_sentence_is_known_if_all_its_words_are():
    assert is_known(SENTENCE)
    assert not is_known("철수는 책을 읽었어요 .")
    assert not is_known("a b c")
    assert not is_known("")


def test_columns_of_a_terminal_stand_below_each_other():
    first, second, *_ = in_columns(SENTENCE).splitlines()
    assert first == "  유나는      yunaneun         yuna    topic"
    assert second == "  박물관에서  bangmulgwaneseo  museum  at"


def test_of_words_that_nobody_knows_only_the_sound_is_told():
    assert in_columns("철수는 갔다").split() == ["철수는", "cheolsuneun", "갔다", "gatda"]
