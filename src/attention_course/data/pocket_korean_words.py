"""The words of Pocket Korean, and who does what with what: written to be read and added to.

Notation: `책=a book` is a Korean word and its English. `다음 주에=next|week` are two Korean words;
the bars say which English word belongs to which.
"""

from dataclasses import dataclass

from attention_course.data import korean_particles as ko

# English words that carry grammar, not content: their gold links are possible, never sure.
FUNCTION_WORDS = frozenset(
    "a an the in on at to for from with by and but who whom that where will".split()
)
ARTICLES = ("a", "an", "the")
PREPOSITIONS = ("in", "on", "at", "with", "by")
VOWELS = "aeiou"
EXCEPTIONS = ("university",)  # written with a vowel, spoken with a consonant


@dataclass(frozen=True)
class Noun:
    """A noun, the adjectives that suit it, and its English with article and preposition."""

    korean: str
    english: str
    article: str = ""
    preposition: str = ""
    adjectives: tuple[str, ...] = ()
    group: str = ""
    singular: bool = True  # takes `reads`, not `read`

    @property
    def bare(self) -> bool:
        """True for names and for places like `at home`: nothing may describe them."""
        return self.group in ("name", "pronoun", "bare")


@dataclass(frozen=True)
class Verb:
    """A verb: Korean stems, and `read reads read` with the preposition that follows."""

    stems: ko.Stems
    base: str
    third: str
    past: str
    preposition: str = ""


@dataclass(frozen=True)
class Frame:
    """Who does what to what, and where: the restrictions that keep a sentence sensible.

    `takes`: the object may carry a relative clause ("read the book that ...").
    `brings`: the verb may stand in one about its object ("the book that yuna bought").
    """

    verb: Verb
    who: frozenset[str]
    objects: tuple[Noun, ...] = ()
    places: tuple[Noun, ...] = ()
    manners: tuple[str, ...] = ()
    tools: tuple[Noun, ...] = ()
    recipients: tuple[Noun, ...] = ()
    particle: str = ko.OBJECT
    recipient: tuple[str, str] = (ko.TO_SOMEONE, "to")
    company: bool = False
    takes: bool = False
    brings: bool = False


def entries(text: str) -> list[tuple[str, str]]:
    """Read `책=a book, 빵=bread` as pairs."""
    return [(one.split("=")[0].strip(), one.split("=")[1].strip()) for one in text.split(",")]


def noun(korean: str, english: str, group: str, adjectives: tuple[str, ...] = ()) -> Noun:
    """Read `at the library` as preposition, article and noun."""
    words = english.split()
    preposition = words.pop(0) if words[0] in PREPOSITIONS else ""
    article = words.pop(0) if words[0] in ARTICLES else ""
    article = "a" if article == "an" else article  # the grammar chooses again
    return Noun(korean, " ".join(words), article, preposition, adjectives, group)


def nouns(groups: dict[str, tuple[str, str]]) -> dict[str, tuple[Noun, ...]]:
    """Read groups of nouns, each with the adjectives that suit all of its nouns."""
    return {
        group: tuple(
            noun(korean, english, group, tuple(adjectives.split()))
            for korean, english in entries(text)
        )
        for group, (text, adjectives) in groups.items()
    }


ADJECTIVES = dict(
    entries(
        "새=new, 오래된=old, 재미있는=interesting, 슬픈=sad, 긴=long, 짧은=short, 맛있는=delicious,"
        "따뜻한=warm, 차가운=cold, 신선한=fresh, 예쁜=pretty, 비싼=expensive, 빨간=red, 파란=blue,"
        "하얀=white, 검은=black, 큰=big, 작은=small, 아름다운=beautiful, 어려운=difficult,"
        "조용한=quiet, 깨끗한=clean, 유명한=famous, 친절한=kind, 젊은=young, 똑똑한=smart,"
        "바쁜=busy, 부지런한=hardworking, 착한=good, 귀여운=cute, 배고픈=hungry"
    )
)
MANNERS = dict(
    entries("조용히=quietly, 천천히=slowly, 빨리=fast, 열심히=hard, 즐겁게=happily, 조심스럽게=carefully")
)

THINGS = nouns(
    {
        "print": ("책=a book, 잡지=a magazine, 신문=a newspaper", "새 오래된 재미있는"),
        "writing": ("편지=a letter, 소설=a novel, 이메일=an email", "긴 짧은 재미있는"),
        "meal": (
            "빵=bread, 국수=noodles, 샌드위치=a sandwich, 피자=pizza, 달걀=an egg",
            "맛있는 따뜻한",
        ),
        "sweet": ("과자=cookies, 케이크=cake, 아이스크림=ice cream", "맛있는"),
        "fruit": (
            "사과=an apple, 바나나=a banana, 오렌지=an orange, 딸기=strawberries, 수박=a watermelon",
            "맛있는 신선한",
        ),
        "meat": ("생선=fish, 고기=meat", "신선한 맛있는"),
        "drink": ("커피=coffee, 차=tea, 물=water, 우유=milk", "따뜻한 차가운"),
        "clothes": (
            "모자=a hat, 우산=an umbrella, 가방=a bag, 신발=shoes, 옷=clothes",
            "새 예쁜 비싼 빨간 파란 하얀 검은",
        ),
        "furniture": ("의자=a chair, 책상=a desk", "새 오래된 작은 큰 하얀"),
        "machine": (
            "자전거=a bicycle, 카메라=a camera, 시계=a clock, 컴퓨터=a computer",
            "새 오래된 비싼 작은",
        ),
        "plant": ("꽃=flowers, 나무=a tree", "예쁜 아름다운"),
        "show": ("영화=a movie, 연극=a play", "재미있는 슬픈 새 긴"),
        "screen": ("텔레비전=television", ""),
        "music": ("음악=music, 노래=a song", "슬픈 아름다운 조용한"),
        "radio": ("라디오=the radio", ""),
        "picture": ("그림=a picture, 사진=a photo", "예쁜 아름다운 작은"),
        "subject": (
            "한국어=korean, 영어=english, 역사=history, 수학=math, 과학=science",
            "어려운",
        ),
        "gift": ("선물=a gift", "작은 예쁜 비싼"),
        "bus": ("버스=a bus, 택시=a taxi", "파란 하얀"),
        "train": ("기차=a train", ""),
        "dishes": ("그릇=dishes, 컵=cups", "작은 하얀 예쁜"),
        "window": ("창문=the window, 문=the door", "작은 큰"),
        "room": ("방=the room, 교실=the classroom, 부엌=the kitchen", "작은 큰"),
        "sight": ("박물관=the museum, 시장=the market, 농장=the farm", "큰 작은 오래된"),
        "wild": ("새=a bird, 오리=a duck", "작은 하얀 예쁜"),
        "goal": ("학교=school", ""),
    }
)

PLACES = nouns(
    {
        "building": (
            "도서관=at the library, 카페=at the cafe, 식당=at the restaurant, 가게=at the store,"
            "서점=at the bookstore, 병원=at the hospital, 호텔=at the hotel, 극장=at the theater,"
            "박물관=at the museum",
            "큰 작은 새 오래된 조용한 유명한",
        ),
        "chamber": (
            "교실=in the classroom, 방=in the room, 부엌=in the kitchen, 사무실=in the office",
            "깨끗한 조용한 작은 큰",
        ),
        "outdoors": (
            "공원=in the park, 바닷가=on the beach, 숲=in the forest, 산=on the mountain,"
            "정원=in the garden, 호수=in the lake",
            "아름다운 조용한",
        ),
        "site": (
            "시장=at the market, 역=at the station, 공항=at the airport, 정류장=at the bus stop,"
            "은행=at the bank, 공장=at the factory, 농장=on the farm, 마당=in the yard,"
            "체육관=at the gym, 수영장=in the pool, 대학교=at the university",
            "큰 작은",
        ),
        "bare": (
            "집=at home, 학교=at school, 서울=in seoul, 부산=in busan, 기차=on the train",
            "",
        ),
    }
)
NOT_REACHED = ("기차", "호수")  # one does not go there to do a thing

TOOLS = nouns({"bare": ("연필=with a pencil, 펜=with a pen, 카메라=with a camera", "")})["bare"]
VEHICLES = nouns({"bare": ("버스=by bus, 기차=by train, 지하철=by subway, 택시=by taxi", "")})[
    "bare"
]
