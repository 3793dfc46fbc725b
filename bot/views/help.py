"""What `help` after a command says: its usage, two examples to copy, and the words that it knows."""

from bot.domain import compute, rules
from bot.domain.endpoints import MAX_CONCURRENCY, MEMORY_SIZES
from bot.domain.hyperparameters import TABLE
from bot.domain.preparations import Options
from bot.domain.recipes import ALGORITHM
from bot.domain.searches import TUNABLE, is_number, written
from bot.views import parts, recipe_help
from bot.views.datasets import FORMATS
from bot.views.message import Message

_USAGE = {
    "train": (
        "starts a training job; without arguments it opens a form",
        "/train [DATASET] [name=value …] [from=JOB] [recipe=NAME] [dry-run]",
        ("/train emoji epochs=10 learning_rate=0.01", "/train emoji recipe=frozen-backbone epochs=3"),
    ),
    "tune": (
        "searches for better hyperparameters with several jobs; without arguments it opens a form",
        (
            "/tune [DATASET] [name=low..high …] [name=a,b …] [jobs=N] [parallel=N] [recipe=NAME] [dry-run] [list] "
            "[show NAME] [stop NAME]"
        ),
        (
            "/tune emoji learning_rate=1e-4..0.1 optimizer=sgd,adam jobs=6 parallel=2",
            "/tune emoji warm=emoji-tune-5d1e0b learning_rate=0.01..0.5",
        ),
    ),
    "datasets": (
        "lists the data sets, makes one of your images, brings one's card, or removes one",
        "/datasets [show NAME] [add NAME s3://bucket/prefix name=value …] [remove NAME]",
        ("/datasets add pets s3://team-pictures/pets share=20%", "/datasets show pets"),
    ),
    "jobs": (
        "lists the newest jobs, brings one job's card, stops one, or compares two to five",
        "/jobs [NAME] [stop NAME] [compare NAME NAME …]",
        ("/jobs emoji-7f3a2c", "/jobs compare emoji-7f3a2c emoji-51c0aa"),
    ),
    "deploy": (
        "asks for approval to put a job's model on an endpoint",
        (
            "/deploy JOB [to=serverless memory=MB concurrency=N | to=realtime instance=TYPE count=N] [as=ENDPOINT] "
            "[reason=…]"
        ),
        ("/deploy emoji-7f3a2c", "/deploy emoji-7f3a2c to=realtime instance=ml.m5.large as=emoji-live"),
    ),
    "endpoints": (
        "lists the endpoints, shows one, keeps it, says which channels it answers, and where its model comes from",
        (
            "/endpoints [NAME] [keep NAME 14d] [route NAME|off #channel] [rollback NAME] [split NAME 90/10] "
            "[shadow NAME] [learn NAME] [why NAME] [delete NAME] [sweep]"
        ),
        ("/endpoints keep emoji-live 14d", "/endpoints route emoji-live #kitchen"),
    ),
    "classify": (
        "classifies the images of a message, and settles how this channel's images are treated",
        "/classify [LINK] [forget LINK] [settings] [convert on|off] [keep 90d|off]",
        ("/classify https://team.slack.com/archives/C0EMOJI001/p1772443800000100", "/classify convert on"),
    ),
    "digest": (
        "brings a digest of this channel at set times, or now; and has the channel left in peace at others",
        '/digest [DAYS HH:MM ZONE] [cron "FIELDS" ZONE] [now] [off] [quiet HH:MM-HH:MM ZONE] [quiet off]',
        ("/digest weekdays 09:00 Europe/Berlin", "/digest quiet 20:00-08:00 Europe/Berlin"),
    ),
}
COMMANDS = tuple(_USAGE)
_GROUPS = {
    "Learning": ("epochs", "learning_rate", "mini_batch_size", "lr_scheduler_step", "lr_scheduler_factor"),
    "Optimizer": ("optimizer", "momentum", "weight_decay", "beta_1", "beta_2", "eps", "gamma"),
    "Network": ("num_layers", "use_pretrained_model", "image_shape", "precision_dtype"),
    "Images": ("augmentation_type", "resize"),
    "Stopping early": tuple(name for name in TABLE if name.startswith("early_stopping")),
}


_CONTINUING = (
    "`from=JOB` starts from the model of an earlier job that has ended, with the same classes and the same network "
    "(`num_layers`, `image_shape`): `/train emoji from=emoji-7f3a2c epochs=2`."
)


_ASKING = (
    "Instead of a job a version of the Model Registry can be named: `/deploy emoji/4`. A model below the accuracy that "
    'is asked for needs a `reason="…"`. An approver decides, who can change the numbers before; you can withdraw it.'
)


_RULES = f"`rules={rules.ALL}` has AWS's rules look at the machine, or some of them: {', '.join(rules.RULES)}."

_DRY_RUN = "`dry-run` tells what AWS would get, and starts nothing."

_SEARCHING = (
    "*Search*: `strategy=bayesian` (or random, hyperband, grid), `jobs=6` in all, `parallel=1` at a time, "
    "`early_stopping=auto` to end jobs that will not be the best, `seed=7`, `scaling.learning_rate=log` (or linear, "
    "reverselog, auto), and `warm=TUNING` to start with what an earlier tuning found."
)


_LEASES = (
    "*Leases*: an endpoint stays until its lease ends. Its owner is asked before that, and when nobody has called it "
    "for a while; without an answer it is deleted, with its configuration and model. `keep NAME` takes `14d`, `36h` or "
    "`2w`, 90 days at most. `route` takes a channel chosen from Slack's list, or `here`. `why` tells the whole "
    "line from the endpoint to its data set. `sweep` lists what I made on AWS and lost sight of."
)


_DIGESTS = (
    "*Days* are `daily`, `weekdays`, `weekends`, or names: `mondays`, `monday,thursday`, `mon-thu`. The zone is one of "
    "the time zone database, or its city; without one it is that of this channel's digest, or UTC. A cron expression "
    'has five fields: `/digest cron "0 9 * * 1-5" Europe/Berlin`. `now` has one come at once. '
    "A digest without news comes once, and then not again before there is some."
)

_QUIET_HOURS = (
    "*Quiet hours*: what is not urgent waits until they end, and is then said once: digests, reminders, questions "
    "about endpoints that nobody uses, finished jobs. Failures, requests for approval and answers come at any hour."
)
# What else is said of a command.
_WAYS = (
    "*Ways to ask*: share an image where an endpoint answers, or in a direct message to me; use *Classify images* in "
    "the menu of any message with images (also in threads); mention me with `classify` in an image's thread; or give "
    "the link of a message that you can see. The answer comes in the message's thread. Asked again, what failed is "
    "tried again."
)

_CHANNEL_SETTINGS = (
    "*This channel*: `settings` shows its own. `convert on` converts images that are too large, or HEIC or WebP, "
    "without being asked. `keep 90d` keeps pictures that somebody called right or wrong for so long, to learn from; "
    "`keep off` keeps none. The endpoint's owner and approvers may change these."
)
_PROSE = {"classify": (_WAYS, _CHANNEL_SETTINGS), "endpoints": (_LEASES,), "digest": (_DIGESTS, _QUIET_HOURS)}


def usage(command: str) -> Message:
    """The help of one command, or of all where there is no such command."""
    name = command.strip().lstrip("/").lower()
    if name not in _USAGE:
        return _all()
    does, form, examples = _USAGE[name]
    copied = "\n".join(examples)
    blocks = [
        parts.section(f"*/{name}* {does}.\n`{form}`"),
        parts.section(f"For example\n```{copied}```"),
        *(parts.section(text) for text in _words(name)),
    ]
    return parts.message(f"/{name} {does}: {form}", blocks)


def _all() -> Message:
    lines = [f"`{form}`\n{does}" for does, form, _ in _USAGE.values()]
    return parts.message(
        "The commands are /" + ", /".join(_USAGE) + ".",
        [parts.section("\n".join(lines)), parts.context("`help` after any of them tells more.")],
    )


def _words(command: str) -> list[str]:
    match command:
        case "train":
            more = f"{_CONTINUING}\n{_RULES}\n{_DRY_RUN}"
            words = "*Hyperparameters*\n" + "\n".join(_hyperparameters())
            return [words, recipe_help.trained(), _compute(), more]
        case "tune":
            return [_searchable(), recipe_help.tuned(), f"{_SEARCHING}\n{_DRY_RUN}", _compute()]
        case "datasets":
            return [_sources(), _options()]
        case "deploy":
            realtime = "*realtime* is always awake and billed by the hour, for `count` times `instance`."
            return [_serverless(), realtime, _ASKING]
        case _:
            return list(_PROSE.get(command, ()))


def _sources() -> str:
    return (
        "*Sources*: a folder for each class, below `train/` and `validation/` or not; zip files of the same (the form "
        "that `/datasets add NAME` opens takes them); or ready-made `.rec`, `.lst` and manifest files, which are "
        "checked and left as they are. The source is never changed."
    )


def _options() -> str:
    usual, formats = Options(), ", ".join(f"`{one}` ({words})" for one, words in FORMATS.items())
    return (
        f"*Options*: `share={usual.validation_share * 100:g}%` of the images to validate with, "
        f"`seed={usual.seed}` of the split, `resize=256` for the shortest side in pixels (without it the images stay "
        f"as they are), `quality={usual.quality}` of resized JPEGs, `classes=cat,dog` to name the classes of "
        f"ready-made files, `min_accuracy=80%` for what a model must reach to be deployed, and `format`: {formats}; by "
        f"default `{usual.format}`."
    )


def _serverless() -> str:
    sizes = ", ".join(str(size) for size in MEMORY_SIZES)
    return (
        f"*serverless* sleeps when idle and is billed by use. `memory` is one of {sizes} MB; "
        f"`concurrency`, the images at once, is 1 to {MAX_CONCURRENCY}."
    )


def _hyperparameters() -> list[str]:
    """By group, each with what it takes; what no group names comes last, and what the data set decides not at all."""
    grouped = {name for names in _GROUPS.values() for name in names}
    rest = tuple(name for name, row in TABLE.items() if name not in grouped and not row.filled)
    groups = {**_GROUPS, "Other": rest}
    told = {title: [recipe_help.word(TABLE[name], ALGORITHM) for name in names] for title, names in groups.items()}
    return [f"_{title}_: {', '.join(words)}" for title, words in told.items()]


def _searchable() -> str:
    """What AWS can search, and between what it recommends to."""
    words = [
        f"`{name}={written(one.low)}..{written(one.high)}`" if is_number(name) else f"`{name}={_choices(name)}`"
        for name, one in TUNABLE.items()
    ]
    return (
        f"*Searched* can be, by a range or a list: {', '.join(words)}. One value stays as it is, as do all other "
        "hyperparameters of `/train`. Without any, what matters most is searched."
    )


def _choices(name: str) -> str:
    return ",".join(TABLE[name].choices)


def _compute() -> str:
    listed = ", ".join(f"`{name}` ({row.takes})" for name, row in compute.TABLE.items())
    return (
        f"*Machine*: {listed}; by default one {recipe_help.machines()} for at most two hours (`max_run=2h`). "
        "`mode=pipe` streams the images of a data set in `rec` format instead of copying them first. "
        "`spot=yes` takes spare instances for less, and goes on from a checkpoint when they are taken away. "
        "`isolated=yes` shuts the job off from the network. A form: `/train`."
    )
