"""Files that a person gives in a modal's `file_input`: theirs alone, until they send the modal to the app."""

from collections.abc import Iterator

from sandbox.slack.answers import Json
from sandbox.slack.blocks import interactive_elements
from sandbox.slack.files import InputPlace, StoredFile
from sandbox.slack.sharing import describe_file
from sandbox.slack.site import Site
from sandbox.slack.workspace import User

# https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
MOST_FILES = 10


def file_inputs(view: Json) -> Iterator[tuple[InputPlace, Json]]:
    """Every `file_input` of a view, with its place."""
    for block in view["blocks"]:
        for _, element in interactive_elements(block):
            if element["type"] == "file_input":
                yield (view["id"], block["block_id"], element["action_id"]), element


def refusal(element: Json, name: str, length: int, most_bytes: int) -> str:
    """What Slack's client says against a file that somebody chooses here; nothing if it is welcome."""
    if not is_accepted(element, name):
        return f"{name} is not accepted here: only {kinds(element['filetypes'])} files are."
    if not length:
        return f"{name} is empty."
    if length > most_bytes:
        return f"{name} is too large: a file given in a form has at most {most_bytes // 1_000_000} MB."
    return ""


def is_accepted(element: Json, name: str) -> bool:
    wanted = [kind.lower() for kind in element.get("filetypes") or ()]
    return not wanted or ("." in name and name.rpartition(".")[2].lower() in wanted)


def kinds(filetypes: list[str]) -> str:
    """The accepted endings as words: `.zip`, or `.png or .jpg`."""
    named = [f".{kind.lower()}" for kind in filetypes]
    return " or ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]


def input_error(element: Json, files: list[Json]) -> str:
    """What the client says of the chosen files as a whole, when the modal is sent."""
    most = element.get("max_files", MOST_FILES)
    if len(files) > most:
        return f"Please choose at most {most} {'file' if most == 1 else 'files'}."
    strange = next((file["name"] for file in files if not is_accepted(element, file["name"])), "")
    return f"{strange} is not accepted here: only {kinds(element['filetypes'])} files are." if strange else ""


def with_files(site: Site, user: User, view: Json, values: Json) -> Json:
    """State in which each `file_input` holds whole file objects: those that this person gave there, and no others."""
    filled = {block_id: dict(entries) for block_id, entries in values.items()}
    for place, _ in file_inputs(view):
        _, block_id, action_id = place
        if action_id in filled.get(block_id, {}):
            given = _given(site, user, place, filled[block_id][action_id].get("files"))
            filled[block_id][action_id] = {"files": [describe_file(site, stored) for stored in given]}
    return filled


def hand_over(site: Site, view: Json) -> None:
    """From here on the app sees the files that the view's state names."""
    for (_, block_id, action_id), _ in file_inputs(view):
        for file in view["state"]["values"][block_id][action_id]["files"]:
            site.workspace.files.by_id[file["id"]].is_handed_over = True


def _given(site: Site, user: User, place: InputPlace, claimed: object) -> Iterator[StoredFile]:
    claims = claimed if isinstance(claimed, list) else []
    ids = [str(claim.get("id")) for claim in claims if isinstance(claim, dict)]
    for file_id in dict.fromkeys(ids):
        stored = site.workspace.files.by_id.get(file_id)
        if stored and stored.user == user.id and stored.given_in == place:
            yield stored
