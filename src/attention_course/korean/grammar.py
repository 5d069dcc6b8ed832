"""The grammar (prototype)."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from attention_course.korean import lexicon as lex
from attention_course.korean.endings import OBJECT, SUBJECT, TOPIC, TOWARDS, WITH, Stem, attach
from attention_course.korean.lexicon import Deed, Frame, Noun, State
from attention_course.korean.phrases import Phrase, Token, Word, arrange, entry, tokens
from attention_course.korean.predicates import DESCRIBING, Forms, Saying, say

EMPTY = Phrase([], [])
PARTICLES = {"을": OBJECT, "와": WITH, "로": TOWARDS, "에": "에", "에게": "에게"}
FUNCTION = {OBJECT: "object", SUBJECT: "subject", TOPIC: "topic", WITH: "with", TOWARDS: "towards",
            "에": "at, to", "에서": "at, in", "에게": "to", "께": "to", "께서": "subject", "께서는": "topic", "에게서": "from"}
KOREAN = "adjunct0 subject adjunct wh_time time often first company place errand recipient means object content manner verb".split()
ENGLISH = "wh auxiliary_q subject auxiliary often first verb object content manner recipient company means errand place time wh_tail adjunct".split()


class DeadEnd(Exception):
    pass


@dataclass
class Spec:
    """What a clause is to be."""
    frames: tuple[Frame, ...]
    subject: Noun | None          # who does it
    marker: str = "topic"         # topic, subject, dropped
    named: bool = True            # English says the noun; else the pronoun
    how: Saying = Saying()
    gap: str = ""                 # object, place, subject: outside it, head of a relative clause
    times: str = "main"           # main, earlier, none
    heavy: tuple[str, ...] = ()   # parts that may be described
    extras: dict = field(default_factory=dict)  # parts made already
    deep: int = 0
    question: str = ""            # yes, or a wh part
    fullness: float = 0.0


class Writer:
    def __init__(self, rng, free=True):
        self.rng = rng
        self.used = set()
        self.free = free

    def likely(self, p): return self.rng.random() < p
    def pick(self, xs):
        xs = list(xs)
        if not xs: raise DeadEnd
        return xs[int(self.rng.random() * len(xs))]

    def weigh(self, table):
        total = sum(table.values()); r = self.rng.random() * total
        for k, w in table.items():
            r -= w
            if r < 0: return k
        return k

    def fresh(self, nouns):
        found = [n for n in nouns if n.korean not in self.used]
        return self.pick(found)

    # ---- noun phrases
    def noun_phrase(self, noun, size, particle, article=None, heavy=False, deep=0, count=False, told=None, owner=None):
        """Say a noun in so many words."""
        self.used.add(noun.korean)
        article = noun.article if article is None else article
        rest = size - 1
        before_k, adj, described = [], [], EMPTY
        head = None
        english = noun.english
        if count and noun.counter and noun.plural and rest >= 2 and self.likely(0.5):
            numbers = lex.WORDS["numbers"]
            korean = self.pick([n for n in numbers if n != "한" or " of " in noun.plural][:4])
            head = Word(noun.korean, noun.english)
            number = Word(korean, numbers[korean])
            counter = Word(attach(noun.counter, particle), "counter", FUNCTION.get(particle, ""))
            rest -= 2
            plural = noun.plural
            unit, of, thing = plural.partition(" of ")
            if korean == "한":
                said = [*tokens({"cups": "a cup", "glasses": "a glass", "bowls": "a bowl", "pieces": "a piece"}[unit], counter)]
                said = [Token("a", (number,), True), Token(said[1].text, (counter,), True), *tokens("of", counter, sure=False), *tokens(thing, head)]
            elif of:
                said = [*tokens(numbers[korean], number), *tokens(unit, counter), *tokens("of", counter, sure=False), *tokens(thing, head)]
            else:
                said = [*tokens(numbers[korean], number), Token(plural, (head,), True)]
            korean_words, article = [head, number, counter], ""
            numbered = True
        else:
            text = attach(noun.korean, particle) if particle else noun.korean
            head = Word(text, noun.english, FUNCTION.get(particle, ""))
            said = tokens(noun.english, head)
            korean_words = [head]
            numbered = False
        if noun.adjectives and rest == 1 or (noun.adjectives and rest >= 3 and self.likely(0.2)):
            options = [a for a in noun.adjectives if a not in self.used]
            a = self.pick(options); self.used.add(a)
            one = entry(a, lex.WORDS["adjectives"][a], "describes")
            before_k, adj = one.korean, one.english
            rest -= 1
        if rest:
            if not heavy: raise DeadEnd
            described = self.relative(noun, rest, korean_words[0], deep + 1, owner)
            article = "" if numbered else "the"
        if numbered and (adj):
            # two red apples
            said = [said[0], *adj, *said[1:]] if " of " not in noun.plural else [*said[:-1], *adj, said[-1]]
            adj = []
        art = tokens(article, korean_words[0], sure=False) if article else []
        pre = tokens(noun.preposition, korean_words[-1], sure=False) if noun.preposition and told is None else tokens(told or "", korean_words[-1], sure=False)
        return Phrase([*described.korean, *before_k, *korean_words], [*pre, *art, *adj, *said, *described.english])

    def relative(self, noun, size, head, deep, owner):
        """Describe a noun by what it did, or what somebody did with it or there."""
        human = noun.group in lex.HUMAN
        kinds = []
        if human or noun.group in ("hunter", "prey", "grazer"): kinds.append("subject")
        brought = [f for f in lex.FRAMES if noun in f.objects and "brings" in f.also]
        if brought: kinds.append("object")
        where = [f for f in lex.FRAMES if noun in f.places and noun.preposition and "habit" in f.also]
        if where: kinds.append("place")
        kind = self.pick(kinds)
        tense = "past"
        if kind == "subject":
            frames = tuple(f for f in lex.FRAMES if noun.group in f.who)
            if self.likely(0.3): tense = "present"; frames = tuple(f for f in frames if "habit" in f.also)
            spec = Spec(frames, noun, "dropped", how=self.how(noun, tense, "who"), gap="subject", times="earlier" if tense == "past" else "habit", deep=deep)
            body = self.clause(size, spec)
            return Phrase(body.korean, [*tokens("who" if human else "that", head, body.korean[-1], sure=False), *body.english])
        frames = brought if kind == "object" else where
        if kind == "place": tense = "present" if self.likely(.6) else "past"
        # who did it: the owner of the clause, left out, or somebody else
        groups = set().union(*(f.who for f in frames))
        same = owner is not None and owner.pronoun and owner.group in groups and (size < 2 or self.likely(0.6))
        if same:
            subject, marker, named = owner, "dropped", False
        else:
            subject = self.subject(groups, plain=True); marker, named = "subject", True
        frames = tuple(f for f in frames if subject.group in f.who)
        if tense == "present": frames = tuple(f for f in frames if "habit" in f.also)
        spec = Spec(frames, subject, marker, named, self.how(subject, tense, "who"), gap=kind, times="earlier" if tense == "past" else "habit", deep=deep)
        body = self.clause(size, spec)
        word = "where" if kind == "place" else "whom" if human else "that"
        return Phrase(body.korean, [*tokens(word, head, body.korean[-1], sure=False), *body.english])

    def how(self, noun, tense, form="final", polarity="done", modal=""):
        return Saying(tense, form, polarity, modal, bool(noun and noun.elder), bool(noun is None or noun.singular), bool(noun is not None and noun.group == "pronoun"))

    def subject(self, groups, pronoun=False, plain=False):
        weights = {"name": 8, "elder": 3, "sibling": 2, "adult": 3, "artist": 2, "neighbor": 2, "friend": 1, "young": 3, "pronoun": 4,
                   "hunter": 1, "prey": .5, "grazer": .5}
        table = {g: w for g, w in weights.items() if g in groups}
        for _ in range(20):
            g = self.weigh(table)
            pool = (lex.I, lex.I, lex.WE) if g == "pronoun" else lex.NOUNS[g]
            noun = self.pick(pool)
            if noun.korean in self.used or (pronoun and not noun.pronoun): continue
            self.used.add(noun.korean)
            return noun
        raise DeadEnd

    # ---- clauses
    def clause(self, size, spec):
        frames = [f for f in spec.frames if f.verb.name not in self.used or spec.extras]
        if spec.subject is not None: frames = [f for f in frames if spec.subject.group in f.who]
        for _ in range(12):
            if not frames: raise DeadEnd
            frame = self.pick(frames)
            kept = set(self.used)
            try:
                return self.build(size, frame, spec)
            except DeadEnd:
                self.used = kept
        raise DeadEnd

    def build(self, size, frame, spec):
        how, verb = spec.how, frame.verb
        forms = Forms(verb.base, verb.third, verb.past, verb.ing)
        predicate = say(forms, verb.before, verb.stem, how, verb.base)
        parts = dict(spec.extras)
        size -= len(predicate.korean) + sum(len(p.korean) for p in spec.extras.values())
        nouns, limits = {}, {}
        def fresh(options):
            found = [n for n in options if n.korean not in self.used]
            return self.pick(found) if found else None
        if frame.objects and spec.gap != "object":
            noun = fresh(frame.objects)
            if noun is None: raise DeadEnd
            nouns["object"] = noun; self.used.add(noun.korean)
            limits["object"] = [1, 1 + bool(noun.adjectives)]
            if "count" in frame.also and noun.counter: limits["object"][1] += 2
        if frame.places and spec.gap != "place" and spec.question != "place":
            noun = fresh(frame.places)
            if noun is not None and (not nouns.get("object") or nouns["object"].korean != noun.korean):
                nouns["place"] = noun
                limits["place"] = [int("there" in frame.also), 1 + bool(noun.adjectives)]
        if "with" in frame.also and spec.question != "company":
            noun = fresh([n for g in ("name", "friend", "sibling", "young") for n in lex.NOUNS[g]])
            if noun: nouns["company"] = noun; limits["company"] = [0, 1 + bool(noun.adjectives and noun.group == 'friend')]
        if "to" in frame.also or "from" in frame.also:
            noun = fresh([n for g in ("name", "friend", "sibling", "young", "elder", "neighbor") for n in lex.NOUNS[g] if n != spec.subject])
            if noun: nouns["recipient"] = noun; limits["recipient"] = [int("need" in frame.also), 1 + bool(noun.adjectives)]
        means = {"tool": lex.find_nouns("연필 펜"), "vehicle": lex.find_nouns("버스 지하철 택시"), "far": lex.find_nouns("버스 기차")}
        for kind, options in means.items():
            if kind in frame.also:
                noun = fresh([n for n in options if n.preposition in ("by", "with")])
                if noun: nouns["means"] = noun; limits["means"] = [0, 1]
        if spec.gap != "subject" and spec.marker != "dropped":
            noun = spec.subject
            nouns["subject"] = noun
            limits["subject"] = [1, 1 + bool(noun.adjectives and spec.deep == 0)]
        if frame.manners and how.polarity == "done" and not (self.used & set(frame.manners)): limits["manner"] = [0, 1]
        if spec.times != "none" and spec.question != "time":
            limits["time"] = [0, 2]
        if how.tense == "present" and not how.modal and how.polarity != "cannot" and spec.times in ("main", "habit"):
            limits["often"] = [0, 1]
        elif spec.times == "habit": pass
        heavy = [p for p in spec.heavy if p in nouns and self.describable(nouns[p], p, frame)]
        most = sum(b for _, b in limits.values())
        wide = ""
        if heavy and (size > most or self.likely(spec.fullness)):
            wide = self.pick(heavy)
            limits[wide] = [3, 9]
            # in English nothing of the clause follows what is described
            order = ["subject", "object", "recipient", "company", "means", "place"]
            if wide != "subject":
                for p in order[order.index(wide) + 1:]:
                    if p in limits and limits[p][0] == 0: limits.pop(p)
                limits.pop("manner", None)
        least, most = (sum(b[i] for b in limits.values()) for i in (0, 1))
        if not least <= size <= most: raise DeadEnd
        sizes = {p: b[0] for p, b in limits.items()}
        left = size - least
        while left:
            room = [p for p in limits if sizes[p] < limits[p][1]]
            p = self.pick(room)
            sizes[p] += 1; left -= 1
        if sizes.get("place") == 0: nouns.pop("place")
        for p in ("subject", "company", "recipient", "object", "means", "place"):
            if p not in nouns or not sizes.get(p): continue
            noun = nouns[p]
            particle, told, article = self.case(p, noun, frame, spec)
            owner = spec.subject if p != "subject" else None
            parts[p] = self.noun_phrase(noun, sizes[p], particle, article, heavy=p == wide, deep=spec.deep,
                                        count=p == "object" and "count" in frame.also, told=told, owner=owner)
        if spec.marker == "dropped" and spec.gap != "subject" and spec.subject is not None:
            pro = spec.subject.pronoun or spec.subject.english
            parts["subject"] = Phrase([], tokens(pro, predicate.korean[-1], sure=False))
        elif "subject" in parts and not spec.named:
            parts["subject"] = Phrase(parts["subject"].korean, tokens(spec.subject.pronoun, *parts["subject"].korean, sure=True))
        if sizes.get("manner"):
            m = self.pick([m for m in frame.manners if m not in self.used]); self.used.add(m)
            parts["manner"] = entry(m, lex.WORDS["manners"][m], "how")
        if sizes.get("often"):
            o = self.pick(lex.WORDS["frequencies"]); parts["often"] = entry(o, lex.WORDS["frequencies"][o], "how often")
        if sizes.get("time"):
            parts["time"] = self.time(sizes["time"], spec)
        pre = tokens(verb.preposition, predicate.korean[-1], sure=False)
        if verb.name == "stroll": pre = tokens("a walk", predicate.korean[-1])
        manner_first = bool(verb.preposition) and "manner" in parts
        if manner_first:
            pre = [*parts["manner"].english, *pre]
            parts["manner"] = Phrase(parts["manner"].korean, [])
        parts["verb"] = Phrase(predicate.korean, [*predicate.rest, *pre])
        if spec.question: parts["auxiliary_q"] = Phrase([], predicate.auxiliary)
        else: parts["auxiliary"] = Phrase([], predicate.auxiliary)
        self.used.add(verb.name)
        return arrange(parts, self.order(parts, spec, wide), ENGLISH)

    def describable(self, noun, part, frame):
        if noun.group in ("pronoun", "name", "elder", "sibling", "fixed", "town", "tool", "vehicle"): return part == "subject" and noun.group in ("name", "elder", "sibling")
        if part == "object": return "takes" in frame.also
        if part == "place": return bool([f for f in lex.FRAMES if noun in f.places and "habit" in f.also])
        return True

    def case(self, part, noun, frame, spec):
        if part == "subject":
            topic = spec.marker == "topic"
            article = "my" if noun.group == "friend" else noun.article
            if noun.elder and self.likely(.5): return ("께서는" if topic else "께서"), "", article
            return (TOPIC if topic else SUBJECT), "", article
        if part == "company": return WITH, "with", "my" if noun.group == "friend" else noun.article
        if part == "recipient":
            give = "to" in frame.also
            p = ("께" if noun.elder else "에게") if give else ("께" if noun.elder else "에게서")
            return p, "to" if give else "from", "my" if noun.group == "friend" else noun.article
        if part == "means": return ("로" if False else TOWARDS), None, noun.article
        if part == "place":
            return ("에" if "into" in frame.also or frame.verb.name == "live" else "에서"), None, noun.article
        particle = PARTICLES[frame.particle]
        if noun.preposition:  # a goal: the preposition is the verb's
            return particle, "", noun.article
        article = noun.article
        if noun.group == "friend": article = "my"
        return particle, "", article

    def time(self, size, spec):
        tense = spec.how.tense
        if spec.times == "earlier": options = lex.WORDS["earlier"]
        elif spec.how.modal == "progressive": options = lex.WORDS["now"]
        elif tense == "present": options = lex.WORDS["present"]
        else: options = lex.WORDS[tense]
        found = [k for k in options if k.count(" ") == size - 1 and k not in self.used]
        k = self.pick(found); self.used.add(k)
        return entry(k, options[k], "when")

    def order(self, parts, spec, wide=""):
        order = list(KOREAN)
        if not self.free: return order
        def move(name, before):
            if name in parts and before in parts:
                order.remove(name); order.insert(order.index(before), name)
        if spec.marker == "topic" or spec.gap:
            if "time" in parts and self.likely(.4) and spec.gap == "": move("time", "subject")
        elif "subject" in parts:
            r = self.rng.random()
            if r < .4: move("time", "subject")
            if self.likely(.25) and "place" in parts: move("place", "subject")
            elif wide == "object" and self.likely(.6): move("object", "subject")
            elif self.likely(.08) and "object" in parts and spec.gap == "": move("object", "subject")
        if self.likely(.3): move("place", "company")
        if self.likely(.3): move("object", "recipient")
        if self.likely(.3): move("manner", "object")
        if "adjunct" in parts and self.likely(.5) and spec.marker == "topic" and spec.extras.get("other"):
            move("adjunct", "subject")
        return order

    # ---- states
    def state(self, state, how, subject=None, marker="dropped", size=None):
        """Say what is so; returns the phrase."""
        kind = state.english[0][0]
        be = Forms("be", "is", "was", "being")
        verbs = {"be": be, "have": Forms("have", "has", "had", ""), "rain": Forms("rain", "rains", "rained", "raining"), "snow": Forms("snow", "snows", "snowed", ""),
                 "get": Forms("get", "gets", "got", ""), "miss": Forms("miss", "misses", "missed", ""), "lose": Forms("lose", "loses", "lost", ""),
                 "catch": Forms("catch", "catches", "caught", ""), "come": Forms("come", "comes", "came", ""), "break": Forms("break", "breaks", "broke", "")}
        plural = state.name == "guests" or (state.subject is None and state.whose == "self" and subject is not None and not subject.singular)
        third = not plural
        first = subject is not None and subject.korean == "저"
        how = how._replace(third=third or (False), elder=bool(subject and subject.elder and state.whose == "self"), first=False)
        forms = verbs[kind]
        before, stem = state.before, state.stem
        predicate = say(forms, before, stem, how, state.name)
        words = predicate.korean
        spoken, subj_e = [], []
        if state.subject is not None:
            w = Word(attach(state.subject.korean, SUBJECT), state.subject.english, "subject")
            spoken = [w]
            subj_e = [*tokens(state.subject.article, w, sure=False), *tokens(state.subject.english, w)]
        elif state.whose == "it": subj_e = tokens("it", words[0], sure=False)
        elif state.whose == "there": subj_e = tokens("there", words[-1], sure=False)
        elif subject is not None:
            subj_e = tokens(subject.pronoun or "you", words[-1], sure=False)
        rest = []
        core = words[: len(before)] + [words[len(before)]]
        for n, (text, places, sure) in enumerate(state.english):
            by = tuple(core[i] for i in places if i < len(core))
            if n == 0:
                if text == "be":
                    v = predicate.auxiliary[0].text
                    if first: v = {"was": "was", "were": "was", "is": "am", "are": "am"}[v]
                    rest.append(Token(v, by or (words[-1],), bool(by)))
                else:
                    v = forms.past if how.tense == "past" else (forms.third if third and not first else forms.base)
                    if text in ("rain", "snow") and how.tense == "present" and how.form in ("because", "since"):
                        rest += [Token("is", (core[-1],), False), Token(text + "ing", by, True)]
                    else: rest.append(Token(v, by or (words[-1],), True))
            else: rest.append(Token(text, by, sure))
        return Phrase([*spoken, *words], [*subj_e, *rest])


CONNECT = {"because": "because", "since": "because", "if": "if", "when": "when", "although": "although", "before": "before", "after": "after"}


class Sentences(Writer):
    def connect(self, form, phrase):
        last = phrase.korean[-1]
        sure = form in ("when", "before", "after")
        return Phrase(phrase.korean, [*tokens(CONNECT[form], last, sure=sure), *phrase.english])

    def tense_of(self):
        return self.weigh({"past": 6, "present": 3, "future": 2})

    def main_how(self, subject, frames, tense):
        modal = ""
        if tense == "present":
            modal = self.weigh({"progressive": 5, "": 5, "want": 1 if subject.group == "pronoun" else 0, "can": .5, "must": 1})
            if modal in ("", "can"): frames = tuple(f for f in frames if "habit" in f.also)
            if modal == "progressive": frames = tuple(f for f in frames if f.verb.name not in ("arrive", "leave", "receive", "give", "lend", "recommend", "open", "close", "come", "go", "live", "take"))
        polarity = "done"
        if modal == "" and self.likely(.1) : polarity = "not" if self.likely(.6) else "cannot"
        if polarity == "cannot" and tense != "past": polarity = "not"
        return self.how(subject, tense, "final", polarity, modal), frames

    def simple(self, size, subject=None, heavy=True, form="final", frames=lex.FRAMES, marker=None, tense=None, extras=None, how=None, times="main", fullness=.25, named=True):
        human = size < 30
        if subject is None:
            groups = set().union(*(f.who for f in frames))
            subject = self.subject(groups)
        if how is None:
            tense = tense or self.tense_of()
            how, frames = self.main_how(subject, frames, tense)
        how = how._replace(form=form)
        if marker is None:
            marker = "topic" if self.likely(.6) else "subject"
            if subject.group == "pronoun" and self.likely(.35): marker = "dropped"
        h = ("subject", "object", "place", "recipient", "company") if heavy is True else (heavy or ())
        if extras and heavy is True: h = ("subject",)
        spec = Spec(tuple(frames), subject, marker, named, how, "", times, h, extras or {}, 0, fullness=fullness)
        return self.clause(size, spec)

    def reason(self, size, form=None, quoted=None, subject=None, deeds=None, tense=None):
        """A deed and why, if, or when it is done."""
        form = form or self.weigh({"because": 6, "if": 2, "when": 2, "although": 1.5})
        name = self.pick(lex.REASONS)
        state = lex.STATES[name]
        happened = name in ("late", "missed bus", "lost wallet", "cold", "closed", "computer", "bicycle", "traffic", "birthday", "sleeping", "dirty", "no milk")
        if form in ("if", "when") and (happened): raise DeadEnd
        deeds = lex.REASONS[name]
        if form == "although": deeds = [d for d in deeds if d.polarity == "cannot"]
        elif form in ("if", "when"): deeds = [d for d in deeds if d.polarity == "done"]
        deed = self.pick(deeds)
        polarity = "done" if form == "although" else deed.polarity
        tense = "past" if form == "although" or happened or deed.polarity != "done" else self.weigh({"past": 6, "present": 2})
        if form == "if": tense = self.weigh({"present": 1, "future": 1})
        groups = set().union(*(f.who for f in deed.frames)) & set(lex.HUMAN)
        self_state = state.whose == "self"
        if subject is None: subject = self.subject(groups, pronoun=self_state)
        modal = "progressive" if tense == "present" and form == "because" else ""
        frames = deed.frames
        if modal: 
            frames = tuple(f for f in frames if f.verb.name not in ("take", "go", "open", "close", "buy", "arrive", "leave", "call"))
        if form == "when" and tense == "present": frames = tuple(f for f in frames if "habit" in f.also)
        if form == "if" and tense == "present": frames = tuple(f for f in frames if "habit" in f.also)
        if not frames: raise DeadEnd
        state_tense = "present" if tense == "future" or form == "if" else tense
        sub = self.state(state, Saying(state_tense, form), subject)
        sub = self.connect(form, sub)
        extras = {"adjunct": sub}
        if not self_state: extras["other"] = EMPTY
        how = self.how(subject, tense, quoted or "final", polarity, modal)
        marker = "topic" if self_state or self.likely(.7) else "subject"
        if subject.group == "pronoun" and self.likely(.4): marker = "dropped"
        return self.simple(size, subject, True, quoted or "final", frames, marker, tense, extras, how, fullness=.3)

    def sequence(self, size, form=None, quoted=None):
        """A deed before, after or and then another, by one person."""
        first, nexts = self.pick(lex.SEQUENCES)
        then = self.pick(nexts)
        form = form or self.weigh({"before": 2, "after": 3, "and": 2})
        groups = (set().union(*(f.who for f in first.frames)) & set().union(*(f.who for f in then.frames))) & set(lex.HUMAN)
        subject = self.subject(groups, pronoun=form != "and")
        tense = self.weigh({"past": 6, "future": 2})
        sub_deed, main_deed = (then, first) if form == "before" else (first, then)
        low = 2
        sub_size = 2 + int(self.rng.random() * max(1, min(10, size - 6)))
        sub_tense = "present" if tense == "future" and form != "and" else tense
        sub_how = self.how(subject, sub_tense, form)
        spec = Spec(sub_deed.frames, subject, "dropped", False, sub_how, "", "none", ("object",), fullness=.4)
        sub = self.clause(sub_size, spec)
        if form == "and":
            # english: subject did X and did Y
            english = sub.english
            pro = [t for t in english if t.text == subject.pronoun][:1]
            english = [t for t in english if not (pro and t is pro[0])]
            sub = Phrase(sub.korean, [*english, *tokens("and", sub.korean[-1], sure=False)])
            extras = {"first": sub}
        else:
            extras = {"adjunct": self.connect(form, sub)}
        how = self.how(subject, tense, quoted or "final")
        marker = "topic" if self.likely(.75) else "subject"
        if subject.group == "pronoun" and self.likely(.4): marker = "dropped"
        return self.simple(size, subject, True, quoted or "final", main_deed.frames, marker, tense, extras, how, fullness=.3)

    def quote(self, size):
        """Somebody says, thinks or has heard something."""
        teller = self.subject({"name", "elder", "sibling", "neighbor", "young", "pronoun"}, pronoun=True)
        verb = lex.VERBS[self.weigh({"say": 4, "hear": 2 if True else 0, "think": 0})]
        how = self.how(teller, "past")
        forms = Forms(verb.base, verb.third, verb.past, verb.ing)
        p = say(forms, verb.before, verb.stem, how, verb.base)
        k = self.weigh({"simple": 3, "reason": 4, "sequence": 3})
        inner = size - 1 - len(p.korean)
        teller_size = 1
        t = self.tense_of()
        if k == "simple":
            subject = self.subject(lex.HUMAN[:-1])
            q = self.simple(inner, subject, True, "quoted", marker="subject", tense=self.weigh({"past": 3, "future": 3}), fullness=.6)
        elif k == "reason": q = self.reason(inner, quoted="quoted")
        else: q = self.sequence(inner, quoted="quoted")
        particle = TOPIC
        head = Word(attach(teller.korean, particle), teller.english, "topic")
        content = Phrase(q.korean, [*tokens("that", q.korean[-1], sure=False), *q.english])
        subj = Phrase([head], [*tokens(teller.article, head, sure=False), *tokens(teller.english, head)])
        parts = {"subject": subj, "content": content, "verb": Phrase(p.korean, p.rest)}
        return arrange(parts, KOREAN, ENGLISH)

    def sentence(self, length):
        n = length - 1
        table = {"simple": 3 if n <= 20 else 0, "reason": (4 if 4 <= n <= 26 else 0), "sequence": (3 if 5 <= n <= 30 else 0), "quote": 4 if n >= 5 else 0}
        kind = self.weigh(table) if any(table.values()) else "quote"
        body = getattr(self, kind)(n)
        stop = Word(".")
        return Phrase([*body.korean, stop], [*body.english, Token(".", ())]), kind


def write(rng, length, free=True):
    for n in range(400):
        try:
            w = Sentences(rng, free)
            p, kind = w.sentence(length)
            if len(p.korean) != length: raise DeadEnd
            return p, kind, n
        except DeadEnd:
            continue
    return None, None, 400
