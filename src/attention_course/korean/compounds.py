"""Words that do not sound as their letters say, written out, since no rule can know them.

Most of them hide where one part of the word ends and the next begins. The hyphen shows it, and
the rules of `pronunciation` do the rest. A word is looked for at the beginning of what stands
between two spaces, for particles and endings come behind it.
"""

import re

# A ㄴ comes in before 이 야 여 요 유 (Standard Pronunciation, article 29): 색연필 [생년필].
INSERTED = """
학-여울 강남-역 강릉-역 대전-역 동대문-역 명동-역 부산-역 서울-역 수원-역 시청-역 신촌-역 용산-역
인천-역 잠실-역 종각-역 전철-역 지하철-역 환승-역 알-약 물-약 내복-약 두통-약 소독-약 담-요
솜-이불 홑-이불 베갯-잇 색-연필 물-엿 콩-엿 호박-엿 한-여름 늦-여름 첫-여름 맨-입 한-입 앞-이마
낯-익 설-익 못-잊 눈-요기 신-여성 남존-여비 불-여우 뒷-일 막-일 밭-일 별-일 볼-일 삯-일 앞-일
옛-일 웬-일 헛-일 나랏-일 바깥-일 부엌-일 집안-일 옛-이야기 옛날-이야기 뒷-이야기 배낭-여행
수학-여행 신혼-여행 서양-요리 일본-요리 중국-요리 한국-요리 급행-열차 직행-열차 식용-유 휘발-유
가정-용 여행-용 영업-용 학생-용 관절-염 늑막-염 맹장-염 백분-율 밤-윷 뒷-윷 유들-유들
"""

# The consonant sounds as at the end of a word, then joins the vowel (article 15): 값어치 [가버치].
SEPARATE = """
값-어치 꽃-위 낱-알 늪-앞 닭-앞 몇-월 밭-아래 웃-어른 젖-어미 첫-아기 첫-아들 첫-아이 팥-알
헛-웃음
"""

# ㄴ and ㄹ become ㄴㄴ, not ㄹㄹ (article 20, exception): 생산량 [생산냥].
TWO_NIEUN = """
결단-력 공권-력 구근-류 동원-령 등산-로 상견-례 생산-량 신문-로 음운-론 의견-란 이원-론 임진-란
입원-료 정신-력 주문-량 추진-력 출연-료 통신-료 판단-력 표현-력 횡단-로
"""

# Nouns whose ㅎ is their own, though it looks like that of 하다 (Romanisation, chapter 3, 1.4):
# 축하 is chukha. In 싫증 [실쯩], ㅎ does not join the ㅈ.
OWN_H = """
각하 곡해 국한 극한 급하강 낙하 남북한 박하 박해 백합 복합 북한 북해 역할 육해공 적합 접합 직할
직함 집합 첫해 축하 혹한 흑해
"""
OTHERS = "싫-증"

# Parts that begin anew wherever they stand behind another: 꽃-잎, 스물-여섯, 맛-없다, 십-육.
INNER = re.compile(
    "(?<=[가-힣])(?=없|여덟|여섯|옷|잎)"  # words of their own behind any other
    "|(?<=[십백천만억])(?=육)"
)

# What no joint explains. The names of letters come first (article 16): 디귿이 [디그시].
RESPELLED = {
    "디귿": "디긋",
    "지읒": "지읏",
    "치읓": "치읏",
    "키읔": "키윽",
    "티읕": "티읏",
    "피읖": "피읍",
    "히읗": "히읏",
    "넓둥글": "넙둥글",  # article 10, exception
    "넓적": "넙적",
    "넓죽": "넙죽",
    "몇인": "며딘",  # 몇인분; in this and those below no ㄴ comes in before 이
    "첫인": "처딘",  # 첫인사, 첫인상
    "뜻있": "뜨딨",
    "값있": "가빘",
    "곧이어": "고디어",
}


def before_h(noun: str) -> str:
    """Put the hyphen before a syllable inside the noun that begins with ㅎ: 축-하, 흑-해."""
    return re.sub("(?<=.)(?=[하-힣])", "-", noun)


DIVIDED = {
    word.replace("-", ""): word
    for word in [
        *INSERTED.split(),
        *SEPARATE.split(),
        *TWO_NIEUN.split(),
        *OTHERS.split(),
        *map(before_h, OWN_H.split()),
    ]
}
BEGINNING = re.compile("|".join(DIVIDED))
UNLIKE = re.compile("|".join(RESPELLED))


def divide(word: str) -> str:
    """Respell a word where that is needed, and put hyphens at its joints: 꽃잎이 -> 꽃-잎이."""
    word = UNLIKE.sub(lambda found: RESPELLED[found[0]], word)
    if found := BEGINNING.match(word):
        word = DIVIDED[found[0]] + word[found.end() :]
    return INNER.sub("-", word)
