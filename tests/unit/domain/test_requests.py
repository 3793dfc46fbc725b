"""What a request for a job is checked against: compute, cost, and the data set's facts."""

import pytest

from bot.domain.compute import as_words, requested
from bot.domain.costs import made_of, usd, within_budget
from bot.domain.datasets import DataSet, filled, named
from bot.domain.hyperparameters import completed
from bot.errors import FieldError, NotFoundError, RefusedError
from tests.builders import a_data_set


def test_without_a_word_a_job_gets_one_instance_for_two_hours() -> None:
    compute = requested({})

    assert (compute.instance_type, compute.instance_count) == ("ml.g4dn.xlarge", 1)
    assert (compute.max_run_seconds, compute.volume_gb) == (7200, 50)
    assert compute.usd_per_hour is None


@pytest.mark.parametrize(
    ("said", "instance"),
    [("ml.g5.2xlarge", "ml.g5.2xlarge"), ("p3.16xlarge", "ml.p3.16xlarge"), ("g4dn.xlarge", "ml.g4dn.xlarge")],
)
def test_an_instance_of_the_algorithms_families_is_taken(said: str, instance: str) -> None:
    assert requested({"instance": said}).instance_type == instance


@pytest.mark.parametrize("said", ["ml.m5.large", "g5", "g5.large", "ml.trn1.2xlarge", "", "gpu"])
def test_an_instance_of_another_family_is_refused(said: str) -> None:
    with pytest.raises(FieldError, match="trains on g4dn, g5, p2, p3 instances") as refusal:
        requested({"instance": said})

    assert refusal.value.field == "instance"


@pytest.mark.parametrize("said", ["1", "20"])
def test_a_count_within_the_limits_is_taken(said: str) -> None:
    assert requested({"count": said}).instance_count == int(said)


@pytest.mark.parametrize("said", ["0", "21", "-1", "1.5", "two", "", "9" * 5000])
def test_a_count_outside_the_limits_is_refused(said: str) -> None:
    with pytest.raises(FieldError) as refusal:
        requested({"count": said})

    assert refusal.value.field == "count"


@pytest.mark.parametrize(
    ("said", "seconds"), [("60s", 60), ("1m", 60), ("90min", 5400), ("2H", 7200), ("5 d", 432_000), ("1d", 86_400)]
)
def test_a_longest_run_time_is_read(said: str, seconds: int) -> None:
    assert requested({"max_run": said}).max_run_seconds == seconds


@pytest.mark.parametrize("said", ["59s", "0m", "6d", "121h", "2", "h", "2 weeks", "-1h", "", "9" * 5000 + "h"])
def test_what_is_no_run_time_from_a_minute_to_five_days_is_refused(said: str) -> None:
    with pytest.raises(FieldError) as refusal:
        requested({"max_run": said})

    assert refusal.value.field == "max_run"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"volume": "0"}, "volume"),
        ({"volume": "16385"}, "volume"),
        ({"spot": "maybe"}, "spot"),
        ({"isolated": ""}, "isolated"),
        ({"max_wait": "2h"}, "max_wait"),
        ({"spot": "no", "max_wait": "2h"}, "max_wait"),
        ({"spot": "yes", "max_wait": "1h"}, "max_wait"),
        ({"spot": "yes", "max_wait": "11d"}, "max_wait"),
        ({"output": "lab/models"}, "output"),
        ({"output": "s3://Lab"}, "output"),
        ({"output": "s3://lab/a//b"}, "output"),
        ({"output": "s3://lab/" + "a" * 1000}, "output"),
        ({"kms": "my key"}, "kms"),
        ({"kms": "arn:aws:s3:::lab"}, "kms"),
        ({"subnets": "subnet-0a1b2c3d"}, "security_groups"),
        ({"security_groups": "sg-0a1b2c3d"}, "subnets"),
        ({"subnets": "vpc-0a1b2c3d", "security_groups": "sg-0a1b2c3d"}, "subnets"),
        ({"subnets": "", "security_groups": "sg-0a1b2c3d"}, "subnets"),
        (
            {"subnets": "subnet-0a1b2c3d", "security_groups": ",".join(f"sg-0000000{n}" for n in range(6))},
            "security_groups",
        ),
    ],
)
def test_what_no_request_could_hold_is_refused_under_its_word(words: dict[str, str], field: str) -> None:
    with pytest.raises(FieldError) as refusal:
        requested(words)

    assert refusal.value.field == field


def test_an_address_that_slack_made_a_link_of_is_taken() -> None:
    assert requested({"output": "<s3://lab/models|s3://lab/models>"}).output == "s3://lab/models"


def test_the_words_of_a_compute_leave_out_what_is_not_wished() -> None:
    assert as_words(requested({})) == {"instance": "ml.g4dn.xlarge", "count": "1", "volume": "50", "max_run": "7200s"}


def test_the_worst_case_is_all_instances_for_the_longest_time() -> None:
    assert usd(3.0, instances=2, seconds=1800) == pytest.approx(3.0)


def test_a_cost_at_the_limit_is_within_the_budget() -> None:
    within_budget(20.0, 20.0, "ml.g5.xlarge")


def test_a_cost_over_the_limit_is_refused_with_both_figures_and_the_setting() -> None:
    with pytest.raises(RefusedError) as refusal:
        within_budget(1234.5, 20.0, made_of(1.234, 10, "ml.p3.16xlarge", 360_000))

    assert "$1,234.50" in refusal.value.what
    assert "$20.00" in refusal.value.what
    assert refusal.value.why == "It is 10 × `ml.p3.16xlarge` at $1.23 an hour, for up to 100 h."
    assert "MAX_JOB_COST_USD" in refusal.value.next_step


def test_a_known_data_set_is_found() -> None:
    assert named("emoji", {"emoji": a_data_set()}) == a_data_set()


def test_without_any_data_set_the_answer_says_where_to_begin() -> None:
    with pytest.raises(NotFoundError, match="no data set yet"):
        named("emoji", {})


def test_an_unknown_data_set_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(NotFoundError) as refusal:
        named("emojis", {"emoji": a_data_set(), "pets": a_data_set(name="pets")})

    assert refusal.value.next_step == "Did you mean `emoji`?"


def test_a_name_like_no_other_is_answered_with_some_that_there_are() -> None:
    known = {name: a_data_set(name=name) for name in ("f", "e", "d", "c", "b", "a")}

    with pytest.raises(NotFoundError) as refusal:
        named("zzzzzzzz", known)

    assert refusal.value.next_step == "I know `a`, `b`, `c`, `d`, `e`."


def test_all_images_are_those_of_both_channels() -> None:
    assert a_data_set().images == 796


def test_the_data_set_decides_classes_images_and_the_resize() -> None:
    values = filled(completed({}), a_data_set())

    assert (values["num_classes"], values["num_training_samples"], values["resize"]) == ("7", "638", "224")


@pytest.mark.parametrize(
    ("data_set", "said", "resize"),
    [
        (a_data_set(resize=256), {}, "256"),
        (a_data_set(resize=100), {}, "224"),
        (a_data_set(resize=256), {"resize": "300"}, "300"),
        (a_data_set(), {"resize": "224"}, "224"),
    ],
)
def test_the_resize_is_what_was_said_or_what_fits_both(data_set: DataSet, said: dict[str, str], resize: str) -> None:
    assert filled(completed(said), data_set)["resize"] == resize


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"num_classes": "8"}, "num_classes"),
        ({"num_training_samples": "100"}, "num_training_samples"),
        ({"mini_batch_size": "639"}, "mini_batch_size"),
        ({"resize": "223"}, "resize"),
    ],
)
def test_what_contradicts_the_data_set_is_refused(said: dict[str, str], field: str) -> None:
    with pytest.raises(FieldError) as refusal:
        filled(completed(said), a_data_set())

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "said", [{"num_classes": "7"}, {"num_training_samples": "638"}, {"mini_batch_size": "638"}, {"resize": "224"}]
)
def test_what_agrees_with_the_data_set_is_taken(said: dict[str, str]) -> None:
    assert said.items() <= filled(completed(said), a_data_set()).items()


def test_the_resize_covers_the_longer_side_of_the_image_shape() -> None:
    values = completed({"use_pretrained_model": "0", "image_shape": "3,100,200"})

    assert filled(values, a_data_set())["resize"] == "200"
