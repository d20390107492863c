import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from hub.guarded import Bounds, Died, Guard, GuardError, WorkFailed
from hub.judging import LandingError, decode, encode, judge_landed, judge_uploads
from hub.objects.local import Objects
from hub.rules.checking import Checked, check
from hub.rules.landing import landing_key
from hub.rules.reasons import Reason
from tests.fixtures.bounded import ANY_SIZE
from tests.fixtures.guarded import count_up, misbehave
from tests.fixtures.pictures import camera_exif, drawn, encoded

TIGHT = Bounds(seconds=0.3, memory_bytes=100 * 1024**2, wall_seconds=3)
ENDS = {
    b"hang": Reason.TOO_SLOW,
    b"sleep": Reason.TOO_SLOW,
    b"eat": Reason.TOO_MUCH_MEMORY,
    b"crash": Reason.DECODER_CRASHED,
    b"leave": Reason.DECODER_CRASHED,
}


@pytest.fixture
def guard():
    with Guard(misbehave, bounds=TIGHT, mark="seen") as guard:
        yield guard


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(*pids):
    until = time.monotonic() + 30
    while any(map(is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_alive, pids))


def test_answers_come_in_order_whatever_their_size(guard):
    items = [b"%d " % n + bytes(3_000_000 if n % 7 == 0 else n) for n in range(60)]
    assert list(guard.map(items)) == [b"seen " + item for item in items]


@pytest.mark.parametrize(("item", "reason"), ENDS.items())
def test_a_bad_item_costs_itself_alone(guard, item, reason):
    items = [b"%d" % n for n in range(40)]
    items[11] = items[12] = items[39] = item
    wanted = [Died(reason) if each == item else b"seen " + each for each in items]
    assert list(guard.map(items)) == wanted
    assert guard.run(b"next") == b"seen next"


def test_a_large_item_that_ends_its_child_is_told_so(guard):
    items = [b"crash " + bytes(2_000_000), b"small", b"hang " + bytes(2_000_000), b"last"]
    crashed, slow = Died(Reason.DECODER_CRASHED), Died(Reason.TOO_SLOW)
    assert list(guard.map(items)) == [crashed, b"seen small", slow, b"seen last"]


@pytest.mark.parametrize("of_bound", [0.6, 0.97, 1.2])
def test_an_item_that_does_not_fit_into_its_bound_costs_itself_alone(guard, of_bound):
    large = b"large" + bytes(int(of_bound * TIGHT.memory_bytes))
    wanted = [b"seen first", Died(Reason.TOO_MUCH_MEMORY), b"seen last"]
    assert list(guard.map([b"first", large, b"last"])) == wanted


def test_a_crash_that_does_not_come_again_is_no_verdict(tmp_path):
    with Guard(count_up, bounds=TIGHT, folder=str(tmp_path)) as guard:
        assert list(guard.map([b"a", b"b", b"c"])) == [b"a", b"b", b"c"]


def test_a_kill_from_outside_blames_no_item(guard):
    with pytest.raises(GuardError, match="from outside"):
        guard.run(b"killed")
    assert guard.run(b"next") == b"seen next"


def test_what_the_function_raises_is_raised(guard):
    with pytest.raises(WorkFailed, match="not as agreed") as failed:
        list(guard.map([b"first", b"raise", b"last"]))
    assert failed.value.kind == "ValueError"
    assert guard.run(b"next") == b"seen next"


def test_answers_that_nobody_reads_do_not_reach_the_next_caller(guard):
    answers = guard.map(b"%d" % n for n in range(20))
    assert next(answers) == b"seen 0"
    answers.close()
    assert guard.run(b"next") == b"seen next"


def test_a_function_that_cannot_be_imported_is_one_sentence(capfd):
    def local(item):
        return item

    with (
        Guard(local, bounds=TIGHT) as guard,
        pytest.raises(GuardError, match="never began"),
    ):
        guard.run(b"item")
    assert "local" in capfd.readouterr().err


def test_no_setting_of_the_hub_reaches_the_child(guard, monkeypatch):
    monkeypatch.setenv("HUB_DATABASE_URL", "secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    names = guard.run(b"environ").split()
    assert b"PATH" in names
    assert not {b"HUB_DATABASE_URL", b"PGPASSWORD"} & set(names)


def test_a_child_keeps_the_memory_that_its_next_picture_needs(guard):
    # 2 MB are 512 pages; without it they come anew each time.
    assert int(guard.run(b"faults")) < 100


def test_each_thread_may_have_its_own(guard):
    found = {}

    def work(number):
        with Guard(misbehave, bounds=TIGHT) as own:
            found[number] = list(own.map([b"%d" % number, b"crash", b"end"]))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crashed = Died(Reason.DECODER_CRASHED)
    assert found == {n: [b"done %d" % n, crashed, b"done end"] for n in range(4)}


def test_closing_leaves_no_process(guard):
    pids = list(map(int, guard.run(b"pid").split()))
    assert all(map(is_alive, pids))
    guard.close()
    assert wait_until_gone(*pids)


PARENT = """
import sys
from hub.guarded import Bounds, Guard
from tests.fixtures.guarded import misbehave
with Guard(misbehave, bounds=Bounds()) as guard:
    print(guard.run(b"pid").decode(), flush=True)
    guard.run(sys.argv[1].encode())
    sys.stdin.read()
"""


@pytest.mark.parametrize("doing", ["nothing", "sleep", "hang"])
def test_a_killed_parent_leaves_no_process(doing):
    command = [sys.executable, "-c", PARENT, doing]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        pids = list(map(int, parent.stdout.readline().split()))
        time.sleep(0.2)
        parent.kill()
    assert wait_until_gone(*pids)


def test_a_killed_nursery_takes_its_child_along(guard):
    child, nursery = map(int, guard.run(b"pid").split())
    os.kill(nursery, signal.SIGKILL)
    with suppress(GuardError):
        guard.run(b"sleep")
    assert wait_until_gone(child)
    guard.close()
    assert guard.run(b"next") == b"seen next"


FULL = Checked(
    reason=None,
    image_id="ab",
    width_px=3,
    phash=-(2**63),
    lon=0.1,
    taken_at=datetime.now(UTC),
)


@pytest.mark.parametrize("checked", [Checked(reason="corrupt"), FULL])
def test_an_outcome_comes_back_as_it_went(checked):
    assert decode(encode(checked)) == checked


def test_byte_strings_and_tuples_of_an_outcome_come_back_too():
    kinds = {each.name: str(each.type) for each in fields(Checked)}
    blobs = {name: os.urandom(n + 1) for n, name in enumerate(kinds) if "bytes" in kinds[name]}
    numbers = {name: (1, -2) for name in kinds if kinds[name].startswith("tuple")}
    full = replace(FULL, **blobs, **numbers)
    assert decode(encode(full)) == full


@pytest.mark.parametrize(
    "wrong", [b"", b"\0\0\0\2[]", encode(FULL) + b"x", encode(FULL).replace(b"phash", b"phish")]
)
def test_an_answer_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=r"outcome|Expecting"):
        decode(wrong)


def test_an_upload_is_judged_as_without_a_guard():
    files = [encoded(drawn(), exif=camera_exif(6)), encoded(drawn(), "PNG"), b"", b"GIF89a"]
    with judge_uploads(ANY_SIZE, bounds=Bounds()) as judge:
        found = [judge.check(content) for content in files]
    assert found == [check(content, limits=ANY_SIZE) for content in files]


def test_landing_files_are_judged_by_key(tmp_path):
    files = [encoded(drawn(seed=n)) for n in range(20)] + [b"no picture"]
    digests = [_land(tmp_path, content) for content in files]
    with judge_landed(str(tmp_path), limits=ANY_SIZE, bounds=Bounds()) as judge:
        found = list(judge.check_all(digests))
    assert found == [check(content, limits=ANY_SIZE) for content in files]


@pytest.mark.parametrize("state", ["missing", "altered"])
def test_a_landing_file_that_is_not_as_received_is_named(tmp_path, state):
    good, bad = _land(tmp_path, encoded(drawn())), _land(tmp_path, b"bad")
    path = Objects(tmp_path).path(landing_key(bad))
    path.unlink() if state == "missing" else path.write_bytes(b"worse")
    with judge_landed(str(tmp_path), limits=ANY_SIZE, bounds=Bounds()) as judge:
        outcomes = judge.check_all([good, bad, good])
        assert next(outcomes).reason is None
        with pytest.raises(LandingError) as failed:
            next(outcomes)
    assert (failed.value.digest, failed.value.state) == (bad, state)


def _land(root, content):
    digest = sha256(content).hexdigest()
    Objects(root).put(landing_key(digest), content)
    return digest
