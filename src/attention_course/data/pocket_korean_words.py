"""The words of Pocket Korean: nouns, adjectives, adverbs, times. Written to be read and added to.

`책=a book` is a Korean word and its English. In `다음 주에=next|week` the bar says which English
words belong to which of the two Korean words.
"""

from dataclasses import dataclass, replace

# English words that carry grammar, not content: their gold links are possible, never sure.
FUNCTION_WORDS = frozenset(
    "a an the my in on at to for from with by and but who whom that where will".split()
)
ARTICLES = ("a", "an", "the")
PREPOSITIONS = ("in", "on", "at", "with", "by")
BARE = ("name", "pronoun", "fixed", "town", "tool", "vehicle")  # groups that nothing may describe


@dataclass(frozen=True)
class Noun:
    """A noun, the adjectives that suit it, and its English with article and preposition."""

    korean: str
    english: str
    group: str
    article: str = ""
    preposition: str = ""
    adjectives: tuple[str, ...] = ()
    root: str = ""  # a sentence has no two nouns of one root: 학생 and 학생들, 서울 and 부산
    singular: bool = True  # "the student reads", not "the students read"


def entries(text: str) -> dict[str, str]:
    """Read `책=a book, 빵=bread` as a dictionary."""
    pairs = (one.strip().split("=") for one in text.split(","))
    return {korean: english for korean, english in pairs}


def read_noun(korean: str, english: str, group: str, adjectives: str) -> Noun:
    """Read `at the library` as preposition, article and noun."""
    words = english.split()
    preposition = words.pop(0) if words[0] in PREPOSITIONS else ""
    article = words.pop(0) if words[0] in ARTICLES else ""
    article = "a" if article == "an" else article  # a or an is chosen when the next word is known
    return Noun(
        korean,
        " ".join(words),
        group,
        article,
        preposition,
        tuple(adjectives.split()),
        root=group if group == "town" else korean,
        singular=group != "pronoun",
    )


def read_nouns(groups: dict[str, tuple[str, str]]) -> dict[str, tuple[Noun, ...]]:
    """Read groups of nouns, each with the adjectives that suit all of its nouns."""
    return {
        group: tuple(read_noun(*one, group, adjectives) for one in entries(text).items())
        for group, (text, adjectives) in groups.items()
    }


ADJECTIVES = entries(
    "새=new, 오래된=old, 재미있는=interesting, 슬픈=sad, 긴=long, 짧은=short, 맛있는=delicious,"
    "따뜻한=warm, 차가운=cold, 신선한=fresh, 예쁜=pretty, 비싼=expensive, 빨간=red, 파란=blue,"
    "하얀=white, 검은=black, 큰=big, 작은=small, 아름다운=beautiful, 어려운=difficult,"
    "조용한=quiet, 깨끗한=clean, 유명한=famous, 친절한=kind, 젊은=young, 똑똑한=smart,"
    "바쁜=busy, 부지런한=hardworking, 착한=good, 귀여운=cute, 행복한=happy, 배고픈=hungry"
)
MANNERS = entries(
    "조용히=quietly, 천천히=slowly, 빨리=quickly, 열심히=diligently, 즐겁게=happily,"
    "조심스럽게=carefully"
)

PEOPLE = read_nouns(
    {
        "adult": (
            "의사=the doctor, 간호사=the nurse, 농부=the farmer, 기자=the reporter,"
            "변호사=the lawyer, 이웃=the neighbor, 여자=the woman, 남자=the man",
            "친절한 젊은 똑똑한 부지런한 바쁜",
        ),
        "artist": (
            "요리사=the cook, 화가=the painter, 가수=the singer, 작가=the writer, 배우=the actor",
            "유명한 젊은 친절한 바쁜",
        ),
        "friend": ("친구=a friend", "친절한 똑똑한 바쁜"),
        "young": (
            "학생=the student, 아이=the child, 소년=the boy, 소녀=the girl",
            "착한 똑똑한 귀여운 행복한",
        ),
        "name": ("민수=minsu, 유나=yuna, 지우=jiwoo, 현우=hyunwoo", ""),
        "pronoun": ("저=i, 우리=we", ""),
        "hunter": ("개=a dog, 고양이=a cat", "작은 큰 하얀 검은 귀여운 배고픈"),
        "prey": ("토끼=a rabbit", "작은 하얀 검은 배고픈"),
        "grazer": ("말=a horse", "큰 하얀 검은 배고픈"),
    }
)
PLURALS = entries(
    "학생=students, 아이=children, 소년=boys, 소녀=girls, 친구=friends, 의사=doctors,"
    "기자=reporters, 농부=farmers"
)


def plural(noun: Noun) -> Noun:
    """Make several people of one: 학생들, "the students"; but of a friend "friends"."""
    article = "" if noun.group == "friend" else noun.article
    korean, english = noun.korean + "들", PLURALS[noun.korean]
    return replace(noun, korean=korean, english=english, article=article, singular=False)


THINGS = read_nouns(
    {
        "print": ("책=a book, 잡지=a magazine", "새 오래된 재미있는"),
        "news": ("신문=a newspaper", "재미있는"),
        "writing": ("편지=a letter, 소설=a novel, 이메일=an email", "긴 짧은 재미있는"),
        "meal": (
            "빵=bread, 국수=noodles, 샌드위치=a sandwich, 피자=pizza",
            "맛있는 따뜻한",
        ),
        "sweet": ("과자=cookies, 케이크=cake, 아이스크림=ice cream", "맛있는"),
        "fruit": (
            "사과=apples, 바나나=bananas, 오렌지=oranges, 딸기=strawberries, 수박=watermelon",
            "맛있는 신선한",
        ),
        "meat": ("생선=fish, 고기=meat, 달걀=eggs", "신선한 맛있는"),
        "drink": ("커피=coffee, 차=tea, 물=water, 우유=milk", "따뜻한 차가운"),
        "clothes": (
            "모자=a hat, 우산=an umbrella, 가방=a bag, 신발=shoes, 옷=clothes",
            "새 예쁜 비싼 빨간 파란 하얀 검은",
        ),
        "furniture": ("의자=a chair, 책상=a desk", "작은 큰 하얀"),
        "machine": (
            "자전거=a bicycle, 카메라=a camera, 시계=a clock, 컴퓨터=a computer",
            "오래된 비싼 작은",
        ),
        "plant": ("꽃=flowers, 나무=a tree", "예쁜 아름다운 작은"),
        "show": ("영화=a movie, 연극=a play", "재미있는 슬픈 새 긴"),
        "screen": ("텔레비전=television", ""),
        "music": ("음악=music, 노래=a song", "슬픈 아름다운"),
        "radio": ("라디오=the radio", ""),
        "picture": ("그림=a picture, 사진=a photo", "예쁜 아름다운 재미있는"),
        "subject": ("한국어=korean, 영어=english, 수학=math, 과학=science", "어려운"),
        "past": ("역사=history", ""),
        "gift": ("선물=a gift", "작은 예쁜 비싼"),
        "bus": ("버스=a bus, 택시=a taxi", "파란 하얀"),
        "train": ("기차=a train", ""),
        "dishes": ("그릇=dishes, 컵=cups", "작은 하얀 예쁜"),
        "window": ("창문=the window, 문=the door", "작은 큰"),
        "room": ("방=the room, 교실=the classroom, 부엌=the kitchen", "작은 큰"),
        "wild": ("새=a bird, 오리=a duck", "작은 하얀 예쁜"),
        "zoo": ("곰=a bear, 원숭이=a monkey", "작은 큰 귀여운"),
    }
)

PLACES = read_nouns(
    {
        "building": (
            "도서관=at the library, 카페=at the cafe, 식당=at the restaurant, 가게=at the store,"
            "서점=at the bookstore, 병원=at the hospital, 호텔=at the hotel,"
            "극장=at the theater, 박물관=at the museum",
            "큰 작은 새 오래된 조용한 유명한",
        ),
        "chamber": (
            "교실=in the classroom, 방=in the room, 부엌=in the kitchen, 사무실=in the office",
            "깨끗한 작은 큰 따뜻한",
        ),
        "outdoors": (
            "공원=in the park, 바닷가=on the beach, 숲=in the forest, 산=on the mountain,"
            "정원=in the garden, 호수=in the lake",
            "아름다운 조용한",
        ),
        "site": (
            "시장=at the market, 역=at the station, 공항=at the airport, 정류장=at the bus stop,"
            "은행=at the bank, 공장=at the factory, 농장=on the farm, 마당=in the yard,"
            "체육관=at the gym, 수영장=in the pool, 대학교=at the university, 동물원=at the zoo",
            "큰 작은",
        ),
        "fixed": (
            "집=at home, 학교=at school, 기차=on the train",
            "",
        ),
        "town": ("서울=in seoul, 부산=in busan", ""),
    }
)
NOT_REACHED = ("기차", "호수")  # nobody goes there to do a thing

MEANS = read_nouns(
    {
        "tool": ("연필=with a pencil, 펜=with a pen, 카메라=with a camera", ""),
        "vehicle": ("버스=by bus, 기차=by train, 지하철=by subway, 택시=by taxi", ""),
    }
)

TIMES = {  # of the first clause, by tense
    "past": entries(
        "어제=yesterday, 오늘=today, 월요일에=on monday, 금요일에=on friday,"
        "어제 아침에=yesterday|morning, 어제 오후에=yesterday|afternoon,"
        "어제 저녁에=yesterday|evening, 오늘 아침에=this|morning, 금요일 저녁에=on friday|evening"
    ),
    "present": entries(
        "매일=every day, 월요일마다=every monday, 주말마다=every weekend,"
        "매일 아침=every|morning, 매일 저녁=every|evening"
    ),
    "future": entries(
        "내일=tomorrow, 월요일에=on monday, 금요일에=on friday, 내일 아침에=tomorrow|morning,"
        "내일 오후에=tomorrow|afternoon, 내일 저녁에=tomorrow|evening, 다음 주에=next|week,"
        "이번 주말에=this|weekend, 다음 월요일에=next|monday"
    ),
}
FREQUENCIES = entries("자주=often, 가끔=sometimes")  # before the English verb
TWINS = {"조용히": "조용한", "조용한": "조용히"}  # one is enough: not quietly in the quiet room
PARTS = entries(  # of the day, in their order, for the clauses that follow
    "아침에=in the morning, 오후에=in the afternoon, 저녁에=in the evening, 밤에=at night"
)
EARLIER = entries(  # in relative clauses, before whatever the sentence tells
    "지난주에=last week, 그저께=two days ago, 지난 토요일에=last|saturday,"
    "지난 주말에=last|weekend, 사흘 전에=three days|ago"
)
YESTERDAY = entries("어제=yesterday, 어제 아침에=yesterday|morning")  # if the sentence is not past
