import pytest

import bench


def test_a_peer_is_expected_to_be_as_much_faster_here_as_the_reference_step_is():
    speeds = {
        f"{name}{way}": {"sentences": 40.0} for name in bench.RUNGS for way in ("", bench.FULL)
    }
    speeds["bottleneck"] = {"sentences": 500.0}
    measured = {"reference": bench.REFERENCE_THERE / 2, "rungs": speeds}
    row = next(one for one in bench.against_peers(measured) if one["rung"] == "bottleneck")
    assert row["expected here"] == pytest.approx(2 * row["sentences"])
    assert row["ratio"] == pytest.approx(500 / (2 * row["sentences"]))
    assert row["ratio in full precision"] == pytest.approx(40 / (2 * row["sentences"]))
