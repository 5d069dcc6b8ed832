"""Who does what to what, and where: the verbs of Pocket Korean, and what keeps them sensible."""

from dataclasses import dataclass

from attention_course.data import korean_particles as ko
from attention_course.data.pocket_korean_verbs import VERBS, Verb
from attention_course.data.pocket_korean_words import (
    MEANS,
    PEOPLE,
    PLACES,
    PLURALS,
    THINGS,
    Noun,
    plural,
)

HUMAN = ("adult", "artist", "friend", "young", "name", "pronoun")
ANIMAL = ("hunter", "prey", "grazer")
SEVERAL = tuple(plural(one) for group in PEOPLE.values() for one in group if one.korean in PLURALS)
SOMEONE = (
    *(one for group in HUMAN if group != "pronoun" for one in PEOPLE[group]),
    *SEVERAL,
)
GROUPS = {
    **PEOPLE,
    **THINGS,
    **PLACES,
    **MEANS,
    "someone": SOMEONE,
    "animals": tuple(one for group in ANIMAL for one in PEOPLE[group]),
}


@dataclass(frozen=True)
class Frame:
    """One use of a verb: only these subjects, objects, places and so on may stand with it.

    `takes`: its object may be described by a relative clause ("read the book that ...").
    `brings`: it may itself describe its object ("the book that yuna bought").
    """

    verb: Verb
    who: frozenset[str]
    objects: tuple[Noun, ...]
    places: tuple[Noun, ...]
    manners: tuple[str, ...]
    means: tuple[Noun, ...]
    particle: str  # on the object
    at: str  # the particle on the place
    recipient: tuple[str, str] | None  # its particle and its preposition
    recipient_needed: bool
    company: bool
    takes: bool
    brings: bool
    stays: bool  # nobody goes somewhere in order to do it
    once: bool  # not a habit: never told in the present
    there: bool  # its place must be named: bears are at the zoo
    ends: bool  # who has done it does nothing more in the same sentence


def find_nouns(text: str, *kinds: dict[str, tuple[Noun, ...]]) -> tuple[Noun, ...]:
    """Look up names of groups, and Korean nouns of the kinds given."""
    single = {noun.korean: (noun,) for kind in kinds for group in kind.values() for noun in group}
    return tuple(noun for one in text.split() for noun in (GROUPS.get(one) or single[one]))


def frame(
    verb: str,
    who: str,
    objects: str = "",
    places: str = "",
    manners: str = "",
    also: str = "",
    *,
    means: str = "",
    particle: str = ko.OBJECT,
    at: str = ko.IN,
    recipient: tuple[str, str] | None = None,
) -> Frame:
    """Make a frame of a line of `FRAMES`: groups and Korean nouns by name, with spaces between.

    `who` may be `people` or `animals`; `also` names the flags of `Frame` that hold.
    """
    return Frame(
        verb=VERBS[verb],
        who=frozenset({"people": HUMAN, "animals": ANIMAL}.get(who, tuple(who.split()))),
        objects=find_nouns(objects, PLACES if particle in (ko.TO, ko.TOWARDS) else THINGS),
        places=find_nouns(places, PLACES),
        manners=tuple(manners.split()),
        means=find_nouns(means, MEANS),
        particle=particle,
        at=at,
        recipient=recipient,
        recipient_needed="needed" in also,
        company="company" in also,
        takes="takes" in also,
        brings="brings" in also,
        stays="stays" in also,
        once="once" in also,
        there="there" in also,
        ends="ends" in also,
    )


TO_SOMEONE = (ko.TO_SOMEONE, "to")
FROM_SOMEONE = (ko.FROM_SOMEONE, "from")
TOWNS = "town"
GOALS = "학교 집 도서관 카페 식당 시장 병원 서점 박물관 바닷가 산 공원 체육관 극장 은행 동물원"
ENDS = "역 공항 학교 병원 도서관 호텔 극장"
MEETING = f"카페 공원 역 식당 도서관 서점 시장 공항 호텔 학교 {TOWNS}"
ABOUT_TOWN = "버스 지하철 택시"
FAR = "버스 기차"
GROWN = "adult artist friend name pronoun"
OTHERS = "adult artist friend young name"  # one comes to where I am

FRAMES = (
    frame("read", "people", "print news writing", "도서관 카페 교실 공원 방 집 기차 정원",
          "조용히 천천히", "company takes brings"),
    frame("buy", "people", "print news", "서점", "", "company brings"),
    frame("buy", "people", "meal sweet fruit meat 꽃", "시장 가게", "", "company brings"),
    frame("buy", "people", "커피 우유", "가게 카페", "", "company brings"),
    frame("buy", "people", "clothes furniture machine", "시장 가게", "",
          "company brings once"),
    frame("sell", "people", "과자 딸기 생선 고기 꽃 신발 옷", "시장 가게", "", "brings"),
    frame("sell", "people", "clothes furniture machine", "시장 가게", "", "brings once"),
    frame("make", "people", "빵 국수 샌드위치 피자 sweet", "부엌 집", "천천히",
          "company brings"),
    frame("make", "people", "furniture", "집 마당", "조심스럽게", "company brings once"),
    frame("make", "people", "모자 가방", "집", "조심스럽게", "company brings once"),
    frame("eat", "people", "meal meat", "식당 집 호텔", "천천히 빨리", "company takes"),
    frame("eat", "people", "sweet fruit", "집 공원 부엌 바닷가 카페", "천천히 빨리",
          "company takes"),
    frame("drink", "people", "차 물 우유", "카페 집 식당 호텔 공원", "천천히", "company takes"),
    frame("drink", GROWN, "커피", "카페 집 사무실 식당 호텔 공원", "천천히", "company takes"),
    frame("write", "people", "편지 소설", "집 방 카페 도서관", "천천히 열심히", "brings",
          means="연필 펜"),
    frame("write", "people", "이메일", "집 방 카페 사무실", "천천히 빨리", "brings"),
    frame("draw", "people", "그림", "공원 집 교실 바닷가 정원", "천천히 조심스럽게",
          "company brings", means="연필 펜"),
    frame("draw", "people", "plant wild", "공원 숲 정원 농장", "천천히 빨리", means="연필 펜"),
    frame("draw", "people", "hunter", "공원 마당 정원", "천천히 빨리", means="연필 펜"),
    frame("draw", "people", "prey grazer", "농장", "천천히 빨리", means="연필 펜"),
    frame("draw", "people", "zoo", "동물원", "천천히 빨리", "there", means="연필 펜"),
    frame("watch", "people", "show", "극장", "조용히", "company takes brings"),
    frame("watch", "people", "영화 텔레비전", "집 방 호텔", "조용히", "company takes brings"),
    frame("see", "people", "wild", "공원 숲 산 정원 농장", "", "takes"),
    frame("see", "people", "prey", "숲 산 농장", "", "takes"),
    frame("see", "people", "hunter", "공원 마당 정원", "", "takes"),
    frame("see", "people", "grazer", "농장", "", "takes"),
    frame("see", "people", "zoo", "동물원", "", "there"),
    frame("listen", "people", "music radio", "방 집 카페 기차 공원", "조용히",
          "stays company takes"),
    frame("sing", "people", "노래", "공원 교실 극장 집", "조용히", "company takes brings"),
    frame("learn", "people", "subject past", "학교", "열심히", "company"),
    frame("learn", GROWN, "subject past", "대학교", "열심히", "company"),
    frame("study", "people", "subject past", "도서관 학교 카페 집", "열심히 조용히", "company"),
    frame("study", GROWN, "subject past", "대학교", "열심히 조용히", "company"),
    frame("teach", "adult artist name pronoun", "subject past", "학교 대학교 교실", "", "needed",
          recipient=TO_SOMEONE),
    frame("give", "people", "gift clothes sweet fruit 책 꽃", "공원 카페 역 집", "", "needed takes",
          recipient=TO_SOMEONE),
    frame("send", "people", "편지 이메일 gift", "", "", "brings", recipient=TO_SOMEONE),
    frame("send", "people", "사진", "", "", "takes brings", recipient=TO_SOMEONE),
    frame("receive", "people", "편지 이메일 꽃 gift", "", "", "brings", recipient=FROM_SOMEONE),
    frame("lend", "people", "책 우산 자전거 카메라 가방", "도서관 카페 집", "",
          "needed takes brings once", recipient=TO_SOMEONE),
    frame("recommend", "people", "책 잡지 소설 show music", "", "", "brings",
          recipient=TO_SOMEONE),
    frame("meet", "people", "someone", MEETING, "", "takes brings"),
    frame("help", "people", "someone", "병원 학교 시장 가게 식당 농장 역", "", "takes brings"),
    frame("wait", "people", "someone", "역 공항 카페 정류장 학교", "",
          "stays takes brings"),
    frame("wait", "people", "bus", "정류장", "조용히", "stays"),
    frame("wait", "people", "train", "역", "조용히", "stays"),
    frame("talk", "people", "someone", MEETING, "조용히 즐겁게", "stays takes", particle=ko.WITH),
    frame("board", "people", "bus", "정류장 역", "", "company"),
    frame("board", "people", "train", "역", "", "company"),
    frame("ride", "people", "자전거", "공원 바닷가", "천천히 빨리 즐겁게", "takes"),
    frame("fix", "people", "자전거 furniture", "집 마당", "조심스럽게 천천히", "takes brings once"),
    frame("fix", "people", "카메라 시계 컴퓨터", "집 가게", "조심스럽게 천천히",
          "takes brings once"),
    frame("clean", "people", "room", "", "열심히 조용히", "company"),
    frame("wash", "people", "dishes", "부엌", "조심스럽게 빨리", "company"),
    frame("wash", "people", "사과 오렌지 딸기 수박", "부엌", "조심스럽게 천천히", "company takes"),
    frame("photograph", "people", "사진", "공원 바닷가 산 박물관 정원 숲 동물원", "",
          "company brings", means="카메라"),
    frame("plant", "people", "plant", "정원 마당 공원 농장", "조심스럽게", "company once",
          at=ko.TO),
    frame("cook", "people", "생선 고기", "부엌 집", "천천히", "company brings"),
    frame("open", "people", "window", "교실 방 사무실 부엌", "조용히 천천히", "stays"),
    frame("close", "people", "window", "교실 방 사무실 부엌", "조용히 천천히", "stays"),
    frame("sleep", "people", "", "방 집 호텔 기차", "", "ends"),
    frame("sleep", "animals", "", "마당 정원 숲 농장", "", "ends"),
    frame("play", "young", "", "공원 마당 집 바닷가", "즐겁게", "company"),
    frame("play", "animals", "", "마당 공원 정원 숲", "즐겁게"),
    frame("work", GROWN, "", f"병원 은행 식당 가게 공장 농장 호텔 {TOWNS}", "열심히", "company"),
    frame("walk", "people", "", "공원 숲 바닷가 정원", "천천히 빨리", "company"),
    frame("walk", "hunter grazer", "", "공원 숲 마당 농장", "천천히"),
    frame("run", "people", "", "공원 바닷가 체육관", "빨리 천천히", "company"),
    frame("run", "animals", "", "공원 숲 농장 마당", "빨리"),
    frame("swim", "people", "", "호수 수영장", "천천히 빨리 즐겁게", "company"),
    frame("dance", "people", "", "공원 극장 바닷가 방", "즐겁게 천천히", "company"),
    frame("rest", "people", "", "집 공원 방 호텔 정원 카페", "조용히", "company"),
    frame("exercise", "people", "", "공원 체육관 마당", "열심히", "company"),
    frame("go", "people", GOALS, also="company takes", means=ABOUT_TOWN, particle=ko.TO),
    frame("go", "people", TOWNS, also="company", means=FAR, particle=ko.TO),
    frame("come", OTHERS, GOALS, also="company takes", means=ABOUT_TOWN, particle=ko.TO),
    frame("come", OTHERS, TOWNS, also="company", means=FAR, particle=ko.TO),
    frame("leave", "people", f"{TOWNS} 바닷가 산", also="company once ends", particle=ko.TOWARDS),
    frame("arrive", "people", ENDS, also="company takes", means=ABOUT_TOWN, particle=ko.TO),
    frame("arrive", "people", TOWNS, also="company once", means=FAR, particle=ko.TO),
    frame("drink", "animals", "물", "농장 정원 마당", "천천히"),
    frame("chase", "hunter", "wild prey", "공원 마당 숲 농장", "", "takes brings"),
)  # fmt: skip
