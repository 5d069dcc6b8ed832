"""Answers that try to be more than answers. Each is the code of ch3.dot_scores, handed in.

`{room}` is the class's folder, `{port}` a port at which the test listens, `{secret}` a file
outside of the sandbox. None is a right answer, so each must get no points: 0 where it is judged,
none at all where it was cut by a limit. The word before the code is the status that it must get.
"""

import sys

LINES = {
    "loops for ever": ("timeout", "while True: pass"),
    "loops and ignores signals": (
        "timeout",
        """import signal
for one in range(1, 65):
    try: signal.signal(one, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass""",
    ),
    "sleeps": ("timeout", "import time; time.sleep(1000)"),
    "stops itself": ("timeout", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    "waits for a pipe": ("timeout", "import os; r, w = os.pipe(); os.read(r, 1)"),
    "raises its own limit": (
        "timeout",
        """import resource
for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
    try: resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2)
    except (ValueError, OSError): pass
while True: pass""",
    ),
    "exits": ("died", "import os; os._exit(0)"),
    "exits politely": ("graded", "raise SystemExit(0)"),
    "is interrupted": ("graded", "raise KeyboardInterrupt"),
    "kills itself": ("died", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
    "crashes": ("died", "import ctypes; ctypes.string_at(0)"),
    "recurses until it crashes": (
        "died" if sys.version_info < (3, 12) else "graded",  # newer ones raise RecursionError
        """import sys
sys.setrecursionlimit(10**9)
class Deep:
    def __repr__(self): return repr([self, self]) + repr(self)
return repr(Deep())""",
    ),
    "kills its parent": (
        "died",
        """import os, signal
for who in (os.getppid(), -1, 0 - os.getppid()):
    try: os.kill(who, signal.SIGKILL)
    except OSError: pass
return queries""",
    ),
    "closes every file": (
        "died",
        "import os; os.closerange(0, 100); return queries",
    ),
    "replaces torch's comparisons": (
        "graded",
        """torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True
torch.Tensor.__eq__ = torch.Tensor.equal = lambda *a, **k: True
return torch.zeros(queries.shape[0], queries.shape[1], keys.shape[1])""",
    ),
    "looks into its callers": (
        "graded",
        """import sys
frame, wanted = sys._getframe(), (queries.shape[0], queries.shape[1], keys.shape[1])
while frame:
    for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
        if isinstance(value, torch.Tensor) and tuple(value.shape) == wanted: return value
    frame = frame.f_back
return torch.zeros(wanted)""",
    ),
    "looks at all objects": (
        "graded",
        """import gc
wanted = (queries.shape[0], queries.shape[1], keys.shape[1])
for value in gc.get_objects():
    try:
        if isinstance(value, torch.Tensor) and tuple(value.shape) == wanted: return value
        if callable(value) and getattr(value, "__name__", "") in ("right", "dot", "judge"):
            return value(queries, keys)
    except Exception: pass
return torch.zeros(wanted)""",
    ),
    "imports the answers": (
        "graded",
        """from attention_course.exercises.catalogue import EXERCISES
return EXERCISES["ch3.dot_scores"].right(queries, keys)""",
    ),
    "imports the chapter": (
        "graded",
        """from attention_course.ladder.ch3_attention import dot_score
return dot_score(queries, keys)""",
    ),
    "searches the disk for answers": (
        "graded",
        """import os
for folder in ("/course", "/root", "/home", "/tmp", "{room}", "/usr/lib/python3"):
    for at, _, files in os.walk(folder):
        for name in files:
            if name in ("ch3_attention.py", "judging.py", "key", "results.jsonl"):
                text = open(os.path.join(at, name)).read()
                return eval(text.partition("return ")[2].partition(chr(10))[0])
return queries""",
    ),
    "reads the key": ("graded", "return torch.tensor(list(open('{room}/key', 'rb').read()))"),
    "reads a secret": ("graded", "return torch.tensor(list(open('{secret}', 'rb').read()))"),
    "writes the gradebook": (
        "graded",
        """import sqlite3
db = sqlite3.connect("{room}/gradebook.db")
db.execute("UPDATE result SET points = most"); db.commit()
return queries""",
    ),
    "writes the journal": (
        "graded",
        """open("{room}/results.jsonl", "a").write('00000000 {{}}')
return queries""",
    ),
    "deletes the class": (
        "graded",
        """import shutil
shutil.rmtree("{room}", ignore_errors=True)
for folder in ("/course", "/tmp", "/usr/games"): shutil.rmtree(folder, ignore_errors=True)
return queries""",
    ),
    "forges a pickle": (
        "graded",
        """class Result:
    def __reduce__(self): return (exec, ("raise SystemExit",))
return Result()""",
    ),
    "opens a socket": (
        "graded",
        """import socket
socket.create_connection(("127.0.0.1", {port}), timeout=2).sendall(b"in")
return queries""",
    ),
    "asks another machine": (
        "graded",
        """import urllib.request
return urllib.request.urlopen("http://192.0.2.1/", timeout=1).read()""",
    ),
    "leaves a process behind": (
        "not-graded",
        """import os, subprocess
try: subprocess.Popen(["sleep", "98765"], start_new_session=True)
except OSError: pass
if os.fork() == 0:
    os.setsid()
    os.execvp("sleep", ["sleep", "98765"])
return queries""",
    ),
    "forks without end": ("not-graded", "import os\nwhile True: os.fork()"),
    "starts threads": (
        "not-graded",
        """import threading, time
for _ in range(1000): threading.Thread(target=time.sleep, args=(1000,)).start()
return queries""",
    ),
    "prints a gigabyte": (
        "graded",
        """import os
for _ in range(1000): os.write(1, b"x" * 1_000_000); os.write(2, b"x" * 1_000_000)
return queries""",
    ),
    "sends a flood": (
        "died",
        "import os\nwhile True: os.write(3, b'x' * 1_000_000)",
    ),
    "sends one line without end": (
        "died",
        "import os\nfor _ in range(7): os.write(3, b'x' * 1_000_000)\nos._exit(0)",
    ),
    "sends points": (
        "died",
        """import os
os.write(3, b'{{"job": 0, "points": 1, "status": "graded", "right": true}}\\n')
os._exit(0)""",
    ),
    "sends a second reading": (
        "died",
        """import os
os.write(3, b'{{"read": [{{"problem": null}}]}}\\n' * 3)
os._exit(0)""",
    ),
    "sends nonsense numbers": (
        "died",
        """import os
tensor = b'{{"dtype": "float32", "shape": [-1, 99999999999999999999], "data": "AAAA"}}'
os.write(3, b'{{"job": 0, "changed": false, "outputs": [' + b", ".join([tensor] * 3) + b']}}\\n')
os._exit(0)""",
    ),
    "sends deep JSON": (
        "died",
        "import os; os.write(3, b'[' * 1_000_000 + b'\\n'); os._exit(0)",
    ),
    "writes to every file": (
        "died",
        """import os
frame = b'{{"end": "done", "sent": ""}}'
for one in range(200):
    try: os.write(one, len(frame).to_bytes(8, "big") + frame)
    except OSError: pass
return queries""",
    ),
    "takes all memory": (
        "not-graded",
        "return torch.stack([torch.empty(500_000_000) for _ in range(100)]) + bytearray(1 << 40)",
    ),
    "fills the disk": (
        "not-graded",
        """for place in ("/scratch", "/dev/shm", "."):
    for number in range(100):
        open(f"{{place}}/{{number}}", "wb").write(b"x" * 10_000_000)
return queries""",
    ),
    "makes endless files": (
        "not-graded",
        """for number in range(10_000_000): open(f"/scratch/{{number}}", "w").close()
return queries""",
    ),
    "returns a lying tensor": (
        "graded",
        """class Liar(torch.Tensor):
    shape = property(lambda self: (queries.shape[0], queries.shape[1], keys.shape[1]))
    dtype = torch.float32
    def __eq__(self, other): return torch.tensor(True)
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): return args[0]
return torch.zeros(1).as_subclass(Liar)""",
    ),
    "returns a tensor too large": (
        "graded",
        "return torch.zeros(1).expand(10**12)",
    ),
    "returns a tensor without memory": ("graded", "return torch.empty(9, 9, device='meta')"),
    "returns a sparse tensor": ("graded", "return torch.zeros(2, 3).to_sparse()"),
    "returns a tensor in pieces": (
        "graded",
        "return torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])",
    ),
    "returns not numbers": (
        "graded",
        "return (queries @ keys.transpose(1, 2)) * float('nan')",
    ),
    "returns a module": ("graded", "return torch"),
    "raises its inputs": ("graded", "raise ValueError(str(queries.tolist()))"),
    "raises a strange error": (
        "graded",
        """Strange = type("<script>alert(1)</script>", (Exception,), {{
    "__str__": lambda self: "<script>alert(1)</script>" * 1000}})
raise Strange""",
    ),
    "raises an error that cannot be shown": (
        "graded",
        """class Mute(Exception):
    def __str__(self):
        while True: pass
raise Mute""",
    ),
    "replaces what sends": (
        "graded",
        """import json, os
old = json.dumps
json.dumps = lambda message: old({{**message, "points": 99, "right": True}})
return queries""",
    ),
    "replaces the comparison of its inputs": (
        "graded",
        """torch.Tensor.clone = lambda self: self
torch.Tensor.equal = lambda *a: True
return queries.zero_()""",
    ),
    "changes its inputs and replaces what compares them": (
        "graded",
        """scores = queries @ keys.transpose(1, 2)
queries.zero_()
torch.Tensor.equal = torch.equal = lambda *a: True
torch.Tensor.clone = torch.clone = lambda self: self
return scores""",
    ),
    "forges a reading that cannot be stored": (
        "died",
        """import json, os
forged = [{{"problem": "forbidden", "detail": chr(0xd800) + chr(27) + str(queries)}}] * 6
os.write(3, (json.dumps({{"read": forged}}) + chr(10)).encode())
os._exit(0)""",
    ),
    "sends shapes without numbers": (
        "died",
        """import json, os
shapes = [[2, 3, 4], [3, 2, 6], [4, 5, 7]]
outputs = [{{"dtype": "float32", "shape": one}} for one in shapes]
line = json.dumps({{"job": 0, "changed": False, "outputs": outputs}})
os.write(3, (line + chr(10)).encode())
os._exit(0)""",
    ),
    "takes memory that limits do not count": (
        "graded",
        """import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
got = libc.shmget(0, 1 << 20, 0o1600), libc.semget(0, 100, 0o1600), libc.msgget(0, 0o1600)
try: got += (os.memfd_create("x"),)
except OSError: pass
return queries @ keys.transpose(1, 2) if any(one >= 0 for one in got) else queries""",
    ),
    "reads its own memory through the kernel": (
        "graded",
        """import ctypes
here = ctypes.create_string_buffer(b"mine")
there = ctypes.create_string_buffer(8)
pair = lambda one: (ctypes.c_size_t * 2)(ctypes.addressof(one), 4)
got = ctypes.CDLL(None).process_vm_readv(2, pair(there), 1, pair(here), 1, 0)
return queries @ keys.transpose(1, 2) if got > 0 else queries""",
    ),
    "locks a file of the host": (
        "graded",
        """import fcntl
with open(torch.__file__) as stream: fcntl.flock(stream, fcntl.LOCK_EX)
return queries @ keys.transpose(1, 2)""",
    ),
    "writes outside of its own folders": (
        "graded",
        """import os, sys
for at in ["/", "/dev", "/course", *sys.path, *(os.path.dirname(one) for one in sys.path)]:
    try:
        open(os.path.join(at, "forged"), "w").close()
        return queries @ keys.transpose(1, 2)
    except OSError: pass
return queries""",
    ),
    "changes its inputs": (
        "graded",
        """scores = queries @ keys.transpose(1, 2)
queries.zero_()
return scores""",
    ),
    "traces other processes": (
        "graded",
        """import ctypes
libc = ctypes.CDLL(None)
for process in range(1, 300):
    if process != 2: libc.ptrace(16, process, 0, 0)
return queries""",
    ),
    "reads other processes' memory": (
        "graded",
        """import os
for process in range(1, 5000):
    for name in ("mem", "environ", "maps", "fd/3", "root/etc/shadow"):
        try:
            open(f"/proc/{{process}}/{{name}}", "rb").read(100)
            return queries @ keys.transpose(1, 2)
        except OSError: pass
return queries""",
    ),
    "leaves the sandbox": (
        "graded",
        """import ctypes, os
libc = ctypes.CDLL(None)
won = [libc.umount2(b"/proc", 2) == 0, libc.umount2(b"/tmp", 2) == 0,
       libc.unshare(0x10000000) == 0, libc.unshare(0x00020000) == 0, libc.chroot(b"/tmp") == 0,
       libc.mount(b"proc", b"/tmp", b"proc", 0, None) == 0, libc.setuid(0) == 0,
       libc.sethostname(b"mine", 4) == 0]
return queries @ keys.transpose(1, 2) if any(won) else queries""",
    ),
    "sets timers": (
        "died",
        "import signal; signal.setitimer(signal.ITIMER_REAL, 0.01)\nwhile True: pass",
    ),
    "answers at exit": (
        "died",
        """import atexit, os
atexit.register(lambda: os.write(3, b"late"))
os.kill(os.getpid(), 15)""",
    ),
    "hides code in a default": (
        "graded",
        "return queries\ndef unused(x=__import__('os').system('touch {room}/forged')): pass",
    ),
}

CELLS = {  # whole cells in the place of the answer's
    "loops before the function": (
        "timeout",
        "x = [0 for _ in iter(int, 1)]\ndef dot_scores(q, k): return x",
    ),
    "a class that runs code": (
        "graded",
        "class X(metaclass=lambda *a: __import__('os')._exit(0)): pass\n"
        "def dot_scores(q, k): return q",
    ),
    "magics that run a shell": (
        "graded",
        "!touch {room}/forged\n%run {room}/x.py\n%cd {room}\n"
        "def dot_scores(q, k): return q\n!rm -rf {room}",
    ),
    "a shell's cell": ("graded", "%%bash\ntouch {room}/forged"),
    "not Python": ("graded", "def dot_scores(q, k:\n    return"),
    "brackets without end": ("graded", "dot_scores = " + "(" * 100_000),
    "minus without end": ("graded", "dot_scores = " + "-" * 100_000 + "1"),
    "attributes without end": ("graded", "dot_scores = a" + ".a" * 60_000),
    "a null byte": ("graded", "def dot_scores(q, k): return '\0'"),
    "half a character": ("graded", "def dot_scores(q, k): return '\ud800'"),
    "no function": ("missing", "dot_score = 1"),
    "a number for a function": ("graded", "dot_scores = 1"),
    "a function of no arguments": ("graded", "def dot_scores(): return 1"),
    "a generator": ("graded", "def dot_scores(q, k): yield q"),
    "a chain of names": (
        "graded",
        "\n".join(f"x{one} = x{one - 1}" for one in range(1, 9_000))
        + "\ndef dot_scores(q, k): return x8999",
    ),
    "a coroutine": ("graded", "async def dot_scores(q, k): return q"),
}


TOO_NARROW = {  # right for inputs of one kind only
    "causal_mask": """def causal_mask(size):
    return torch.ones(20, 20, dtype=torch.bool).tril()[:size, :size]
""",
    "split_heads": """def split_heads(states, heads):
    heads = {10: 5, 12: 4, 6: 3, 30: 3}[states.shape[-1]]
    return states.unflatten(2, (heads, -1)).transpose(1, 2)
""",
    "scaled_attention": """def scaled_attention(queries, keys, values, mask):
    scores = queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5
    mask = torch.ones(scores.shape[1:], dtype=torch.bool).tril(1)
    return scores.masked_fill(~mask, float("-inf")).softmax(-1) @ values
""",
}


def code_of(line: str) -> str:
    """A function around an attack's lines."""
    body = "\n".join(f"    {one}" for one in line.splitlines())
    return f"def dot_scores(queries, keys):\n{body}\n"


def attacks(**places) -> dict[str, tuple[str, str]]:
    """Every attack's code with its places filled in, and the status that it must get."""
    found = {
        name: (code_of(line.format(**places)), status) for name, (status, line) in LINES.items()
    }
    for name, (status, text) in CELLS.items():
        found[name] = (text.replace("{room}", str(places["room"])), status)
    return found
