import json

import pytest

import bench
import bench_peers
from attention_course.runs.results import prices_of_full_precision, results_folder

BENCH = json.loads((results_folder() / "bench.json").read_text(encoding="utf-8"))
PEER = bench_peers.Peer("another", "2 layers", "128 sentences", 10.0, "bottleneck")


def test_a_peer_is_expected_to_be_as_much_faster_here_as_the_reference_step_is():
    steps = [bench_peers.REFERENCE_THERE / 2] * 3
    speeds = {"bottleneck": [500.0] * 3, f"bottleneck{bench_peers.FULL}": [40.0] * 3}
    [row] = bench_peers.against_peers(steps, speeds, (PEER,))
    assert row["expected here"] == pytest.approx(20)
    assert row["ratio"] == pytest.approx(25)
    assert row["ratio in full precision"] == pytest.approx(2)


def test_ratios_are_taken_round_by_round_so_a_slow_round_is_slow_for_both():
    there = bench_peers.REFERENCE_THERE
    steps, speeds = [there, 2 * there, 4 * there], [80.0, 40.0, 20.0]
    named = {"bottleneck": speeds, f"bottleneck{bench_peers.FULL}": [80.0, 80.0, 80.0]}
    [row] = bench_peers.against_peers(steps, named, (PEER,))
    assert row["spread"]["ratio"] == pytest.approx([8, 8])
    assert row["spread"]["ratio in full precision"] == pytest.approx([8, 32])
    assert row["ratio in full precision"] == pytest.approx(16)


def test_every_peer_says_its_sizes_and_its_batches_and_stands_beside_a_rung_of_ours():
    for peer in bench_peers.PEERS:
        assert peer.sizes
        assert peer.batches
        assert peer.rung in bench.RUNGS
        for beside in peer.beside:
            for median, least, most in (beside.mixed, beside.full):
                assert least <= median <= most
    assert all(one.theirs > one.ours for one in bench_peers.FASTER)


def test_the_worth_of_16_bits_is_told_for_each_state_of_the_machine():
    def measured(state, mixed):
        tokens = {name: mixed for name in bench.RUNGS}
        full = {f"{name}{bench_peers.FULL}": 10.0 for name in bench.RUNGS}
        return bench.Measured(state, 0.5, tokens | full)

    rows = [measured(bench.ALONE, 20.0), measured(bench.BESIDE, 30.0), measured(bench.ALONE, 22.0)]
    alone = bench.in_state(rows, bench.ALONE)
    assert alone["worth of 16 bits"]["averaging"]["least"] == pytest.approx(2.0)
    assert alone["worth of 16 bits"]["averaging"]["most"] == pytest.approx(2.2)
    assert bench.in_state(rows, bench.BESIDE)["worth of 16 bits"]["averaging"]["median"] == 3.0


def test_the_file_has_what_pages_and_package_read():
    assert set(prices_of_full_precision()) == set(bench.RUNGS)
    for name in bench.RUNGS:
        found = BENCH["rungs"][name]
        assert found["spread"]["least"] <= found["sentences"] <= found["spread"]["most"]
        assert name in BENCH["megabytes"]
    names = [row["name"] for row in BENCH["peers"]]
    assert names == [peer.name for peer in bench_peers.PEERS]
    assert set(BENCH["states"]) == {bench.ALONE, bench.BESIDE}
