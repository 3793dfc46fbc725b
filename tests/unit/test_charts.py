"""The accuracy chart: its bytes, its axes, and its words."""

import io
import math
import subprocess
import sys

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.metrics import Curve, Epoch
from bot.drawing import charts, figures
from tests.builders import a_curve

FIGURE = st.none() | st.floats(min_value=0, max_value=1) | st.floats()
LONG = a_curve(tuple(0.9 - 0.6 * math.exp(-number / 40) for number in range(240)))
CURVES = {
    "one epoch": a_curve((0.41,)),
    "two epochs": a_curve((0.41, 0.6)),
    "twelve epochs": a_curve(),
    "many epochs": LONG,
    "flat": a_curve((0.75,) * 10),
    "falling": a_curve(tuple(0.9 - 0.05 * number for number in range(10))),
    "equal lines": Curve(tuple(Epoch(number, 0.5, 0.5) for number in range(1, 9))),
    "low": a_curve((0.1, 0.11, 0.1)),
    "perfect": a_curve((0.98, 1.0, 1.0)),
    "nothing right": Curve((Epoch(1, 0.0, 0.0),)),
    "no validation": Curve((Epoch(1, 0.3), Epoch(2, 0.4))),
    "no figures": Curve((Epoch(1, seconds=2.0),)),
    "nothing": Curve(),
}


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES.keys())
def test_a_chart_is_a_png_of_800_by_450(curve: Curve) -> None:
    with Image.open(io.BytesIO(charts.accuracy_chart(curve, "emoji-7f3a2c"))) as picture:
        assert (picture.format, picture.size) == ("PNG", (figures.WIDTH, figures.HEIGHT))


def test_the_same_curve_gives_the_same_bytes() -> None:
    assert charts.accuracy_chart(a_curve(), "emoji") == charts.accuracy_chart(a_curve(), "emoji")


def test_another_curve_gives_another_picture() -> None:
    assert charts.accuracy_chart(a_curve((0.5, 0.6))) != charts.accuracy_chart(a_curve((0.5, 0.61)))


def test_a_name_of_any_characters_can_be_drawn() -> None:
    assert charts.accuracy_chart(a_curve(), "$x^$ \u4e16\u754c \U0001f98a\n" + "long" * 20)


def test_both_lines_are_seen_where_they_run_over_each_other() -> None:
    with Image.open(io.BytesIO(charts.accuracy_chart(CURVES["equal lines"]))) as picture:
        drawn = picture.convert("RGB").crop((100, 80, 620, 370))
    colours = {colour for _, colour in drawn.getcolors(maxcolors=1 << 20)}

    assert {(0, 114, 178), (194, 87, 12)} <= colours


@given(st.lists(st.floats(min_value=0, max_value=100), min_size=1))
def test_the_scale_holds_all_figures_and_is_not_cut(shares: list[float]) -> None:
    low, high = figures.y_range(shares)

    assert low < min(shares) <= max(shares) < high


@given(st.lists(st.floats(min_value=0, max_value=100), min_size=1))
def test_the_scale_does_not_make_news_of_noise_nor_go_far_beyond_what_is_possible(shares: list[float]) -> None:
    low, high = figures.y_range(shares)

    assert high - low > 7.999  # eight, but for how floats round
    assert low > -8
    assert high < 108


@given(st.integers(min_value=1, max_value=500))
def test_the_epochs_shown_are_those_that_ran(epochs: int) -> None:
    left, right = figures.x_range(range(1, epochs + 1))

    assert 0 < left < 1
    assert epochs < right < epochs + 1


def test_epochs_after_a_restart_need_not_begin_with_the_first() -> None:
    left, right = figures.x_range([7, 8, 9])

    assert (math.ceil(left), math.floor(right)) == (7, 9)


@given(st.lists(st.floats(min_value=-50, max_value=500), min_size=2, max_size=2))
def test_the_names_at_the_line_ends_never_overlap_nor_leave_the_frame(ends: list[float]) -> None:
    placed = charts.spread(ends, gap=50, low=20, high=300)

    assert abs(placed[0] - placed[1]) >= 49.9
    assert all(20 <= height <= 300 for height in placed)


def test_the_names_keep_the_order_of_the_lines() -> None:
    assert charts.spread([100, 110], 50, 0, 300) == [80, 130]


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        (
            a_curve((0.5, 0.892, 0.7)),
            "Best validation accuracy 89.2 % at epoch 2. After epoch 3: train 74.0 %",
        ),
        (Curve((Epoch(1, 0.3),)), "No validation accuracy yet. After epoch 1: train 30.0 %."),
        (Curve((Epoch(1),)), "No validation accuracy yet. After epoch 1: no accuracy."),
        (Curve(), "No epoch is done yet."),
    ],
)
def test_the_words_carry_what_the_picture_says(curve: Curve, words: str) -> None:
    assert charts.alt_text(curve).startswith(words)


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(FIGURE, FIGURE), max_size=60))
def test_any_figures_can_be_drawn(figures: list[tuple[float | None, float | None]]) -> None:
    curve = Curve(tuple(Epoch(number, *pair) for number, pair in enumerate(figures, start=1)))

    assert charts.accuracy_chart(curve)


def test_importing_the_charts_does_not_import_matplotlib() -> None:
    code = "import sys, bot.drawing.charts; sys.exit('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
