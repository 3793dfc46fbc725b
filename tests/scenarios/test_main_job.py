"""The main job as a conversation: train, look, ask, approve, upload, read the answer."""

from tests.scenarios.room import Lab, job_name, plain, says


def test_a_trained_job_shows_its_best_accuracy_and_a_chart_on_one_card(lab: Lab) -> None:
    room = lab.room
    card = room.trained("emoji epochs=3 learning_rate=0.05")
    room.ada.sees(
        room.channel,
        lambda one: one["ts"] == card["ts"] and any(block["type"] == "image" for block in one["blocks"]),
        within=90,
    )

    assert says(r"best \d\d\.\d % \(epoch \d of 3\)")(card)
    assert len(room.cards(rf":white_check_mark: Trained {job_name(card)}")) == 1


def test_the_requester_is_mentioned_in_the_cards_thread_at_the_end(lab: Lab) -> None:
    lab.room.shows(rf"<@{lab.room.ada.id}>.*is trained", thread_ts=lab.card["ts"])


def test_from_the_cards_button_to_an_answer_in_the_thread(lab: Lab) -> None:
    room = lab.room
    room.ada.clicks(room.current(lab.card), "job.ask")
    room.ada.submits(room.ada.modal(), {"to": "serverless", "memory": "2048", "concurrency": "5", "as": "by-form"})
    approval = room.shows(rf"Deploy {lab.job} to serverless\?")
    room.grace.clicks(approval, "approval.approve")
    room.becomes(approval, ":large_green_circle:")
    message = room.lin.uploads(room.channel, "pizza.png")

    answer = room.shows(r"\d+ %", thread_ts=message["ts"])
    assert job_name(answer) == lab.job


def test_a_real_time_endpoint_answers_too(lab: Lab) -> None:
    room = lab.room
    approval = room.deployed(lab.job, "to=realtime instance=ml.m5.large count=1 as=always-awake")
    message = room.lin.uploads(room.channel, "pizza.png")

    assert "ml.m5.large" in plain(approval)
    room.shows(r"always-awake", thread_ts=message["ts"])
