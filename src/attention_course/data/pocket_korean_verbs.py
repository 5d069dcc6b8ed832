"""The verbs of Pocket Korean: three Korean stems and three English forms each, written by hand."""

from dataclasses import dataclass

from attention_course.data.korean_particles import Stems


@dataclass(frozen=True)
class Verb:
    """A verb: its Korean stems, and `listen listens listened` with the preposition after it."""

    name: str  # as a dictionary has it
    stems: Stems
    base: str
    third: str
    past: str
    preposition: str


def read_verb(text: str) -> Verb:
    """Read `듣 들어 들으=listen listens listened to`."""
    korean, english = text.split("=")
    base, third, past, *preposition = english.split()
    stems = Stems(*korean.split())
    return Verb(stems.plain + "다", stems, base, third, past, " ".join(preposition))


VERBS = {
    name: read_verb(text)
    for name, text in {
        "read": "읽 읽어 읽으=read reads read",
        "buy": "사 사 사=buy buys bought",
        "sell": "팔 팔아 팔=sell sells sold",
        "make": "만들 만들어 만들=make makes made",
        "eat": "먹 먹어 먹으=eat eats ate",
        "drink": "마시 마셔 마시=drink drinks drank",
        "write": "쓰 써 쓰=write writes wrote",
        "draw": "그리 그려 그리=draw draws drew",
        "watch": "보 봐 보=watch watches watched",
        "see": "보 봐 보=see sees saw",
        "listen": "듣 들어 들으=listen listens listened to",
        "sing": "부르 불러 부르=sing sings sang",
        "learn": "배우 배워 배우=learn learns learned",
        "study": "공부하 공부해 공부하=study studies studied",
        "teach": "가르치 가르쳐 가르치=teach teaches taught",
        "give": "주 줘 주=give gives gave",
        "send": "보내 보내 보내=send sends sent",
        "receive": "받 받아 받으=receive receives received",
        "lend": "빌려주 빌려줘 빌려주=lend lends lent",
        "recommend": "추천하 추천해 추천하=recommend recommends recommended",
        "meet": "만나 만나 만나=meet meets met",
        "help": "돕 도와 도우=help helps helped",
        "wait": "기다리 기다려 기다리=wait waits waited for",
        "talk": "이야기하 이야기해 이야기하=talk talks talked with",
        "board": "타 타 타=take takes took",
        "ride": "타 타 타=ride rides rode",
        "fix": "고치 고쳐 고치=fix fixes fixed",
        "clean": "청소하 청소해 청소하=clean cleans cleaned",
        "wash": "씻 씻어 씻으=wash washes washed",
        "photograph": "찍 찍어 찍으=take takes took",
        "plant": "심 심어 심으=plant plants planted",
        "cook": "요리하 요리해 요리하=cook cooks cooked",
        "open": "열 열어 열=open opens opened",
        "close": "닫 닫아 닫으=close closes closed",
        "sleep": "자 자 자=sleep sleeps slept",
        "play": "놀 놀아 놀=play plays played",
        "work": "일하 일해 일하=work works worked",
        "walk": "걷 걸어 걸으=walk walks walked",
        "run": "달리 달려 달리=run runs ran",
        "swim": "수영하 수영해 수영하=swim swims swam",
        "dance": "춤추 춤춰 춤추=dance dances danced",
        "rest": "쉬 쉬어 쉬=rest rests rested",
        "exercise": "운동하 운동해 운동하=exercise exercises exercised",
        "go": "가 가 가=go goes went to",
        "come": "오 와 오=come comes came to",
        "leave": "떠나 떠나 떠나=leave leaves left for",
        "arrive": "도착하 도착해 도착하=arrive arrives arrived",
        "chase": "쫓 쫓아 쫓으=chase chases chased",
    }.items()
}
