"""One example of each screen about data sets."""

from dataclasses import replace
from typing import Any

from bot.domain.checks import Finding, Rule
from bot.domain.datasets import Format
from bot.domain.preparations import ClassCount, Options, PreparationStatus, Progress, Summary
from bot.views import data_rules, data_set_form, data_set_pages, datasets, training
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    NOW,
    a_data_set,
    a_preparation,
    a_ready_preparation,
    minutes,
)

LATER = NOW + minutes(0.2)
PREPARING = a_preparation(
    status=PreparationStatus.PREPARING,
    progress=Progress(found=5000, checked=1240, left_out=12, packed=1228, began_at=NOW),
    options=Options(resize=256),
)
LISTING = a_preparation(status=PreparationStatus.PREPARING, progress=Progress(began_at=NOW))
ZIPS = a_preparation(source="cats.zip, dogs.zip", file_ids=("F0CATS00001", "F0DOGS00001"))
STOPPED = replace(PREPARING, status=PreparationStatus.STOPPED, stopped_by=APPROVER, ended_at=LATER)
UNREADABLE = a_preparation(
    status=PreparationStatus.FAILED,
    problem="I may not list `s3://team-pictures/pets/`. The bot lacks s3:ListBucket on arn:aws:s3:::team-pictures. "
    "Ask the operators.",
    ended_at=LATER,
)
USELESS = a_preparation(
    status=PreparationStatus.FAILED,
    problem="No image of it can be used. report.csv says why of each.",
    progress=Progress(found=14, checked=14, left_out=14, began_at=NOW),
    summary=Summary(
        by_rule={Rule.FORMAT: 11, Rule.EMPTY_FILE: 3},
        warnings=(Finding(Rule.EMPTY_CLASS, "", "`dog` has no image that can be used."),),
    ),
    ended_at=LATER,
)
PICTURES = [
    ("F0BARS00001", "635 images in 2 classes: 508 to train and 127 to validate with."),
    ("F0SHEET0001", "A few images of each class: cat, dog"),
]
READY = a_ready_preparation()
REMOVED = a_ready_preparation(status=PreparationStatus.REMOVED, stopped_by=APPROVER)
MANY = a_ready_preparation(
    name="letters",
    options=Options(validation_share=0.25, seed=7, format=Format.LST, resize=224, quality=90),
    summary=Summary(
        classes=tuple(ClassCount(f"letter {number:03}", 1200 + number, 300, number % 3) for number in range(257)),
        by_rule={rule: 1 + number for number, rule in enumerate(data_rules.WORDS)},
        warnings=(
            Finding(Rule.SINGLE_IMAGE, "", "`letter 012` has a single image. Add more, or leave the class out."),
            Finding(Rule.FEW_IMAGES, "", "8 classes have fewer than 30 images. Add more."),
        ),
        locations={
            channel: f"s3://darkroom-artifacts/datasets/letters/c25b1e0f77a94d13/{channel}/"
            for channel in ("train", "validation", "train_lst", "validation_lst")
        },
        smallest_side=224,
        seconds=312.0,
    ),
)
MADE = a_data_set(name="pets", made_by=READY.id, classes=("cat", "dog"), train_images=508, validation_images=127)


def messages() -> dict[str, Message]:
    by_hand = a_data_set(smallest_side=64)
    return {
        "data_set_requested": datasets.data_set_card(a_preparation(), LATER),
        "data_set_requested_zips": datasets.data_set_card(ZIPS, LATER),
        "data_set_listing": datasets.data_set_card(LISTING, LATER),
        "data_set_preparing": datasets.data_set_card(PREPARING, LATER),
        "data_set_stopping": datasets.data_set_card(
            replace(PREPARING, status=PreparationStatus.STOPPING, stopped_by=APPROVER), LATER
        ),
        "data_set_stopped": datasets.data_set_card(STOPPED, LATER),
        "data_set_ready": datasets.data_set_card(READY, LATER, PICTURES),
        "data_set_ready_many": datasets.data_set_card(MANY, LATER),
        "data_set_failed": datasets.data_set_card(UNREADABLE, LATER),
        "data_set_failed_useless": datasets.data_set_card(USELESS, LATER),
        "data_set_removing": datasets.data_set_card(
            replace(REMOVED, status=PreparationStatus.REMOVING), LATER, PICTURES
        ),
        "data_set_removed": datasets.data_set_card(REMOVED, LATER),
        "data_set_adding_reply": datasets.adding_reply(a_preparation()),
        "data_set_list": data_set_pages.data_set_list([(None, PREPARING), (by_hand, None), (MADE, READY)]),
        "data_set_list_empty": data_set_pages.data_set_list([]),
        "data_set_page": data_set_pages.data_set_page(by_hand),
        "data_set_removal_question": data_set_pages.removal_question(READY),
        "data_set_removing_reply": data_set_pages.removing_reply(READY),
    }


def views() -> dict[str, dict[str, Any]]:
    return {
        "modal_data_set_add": data_set_form.add_modal({}, "C0EMOJI0001"),
        "modal_data_set_again": data_set_form.add_modal(data_set_form.again(MANY), "C0EMOJI0001"),
        "modal_data_set_details": data_set_pages.data_set_details_modal(READY),
        "modal_data_set_details_many": data_set_pages.data_set_details_modal(MANY),
        "modal_data_set_details_failed": data_set_pages.data_set_details_modal(USELESS),
        "modal_data_set_removing": data_set_pages.told_in_modal(data_set_pages.removing_reply(READY)),
        "modal_train_on_data_set": training.train_modal([MADE], data_set_pages.training_words(MADE), "C0EMOJI0001"),
    }
