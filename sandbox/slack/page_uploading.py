"""What a person uploads on the page: files into a conversation, and into a modal's `file_input`."""

from aiohttp import BodyPartReader, web

from sandbox.slack.answers import Json
from sandbox.slack.files import InputPlace, StoredFile
from sandbox.slack.given_files import file_inputs, refusal
from sandbox.slack.interactions import RefusedError
from sandbox.slack.page_acting import Doing, answered
from sandbox.slack.page_reading import samples
from sandbox.slack.sharing import describe_file, share
from sandbox.slack.site import Site
from sandbox.slack.typing_rules import encoded


async def upload(request: web.Request) -> web.Response:
    """POST multipart: user, channel, thread_ts?, text?, `file` parts and `sample` names."""
    if not request.content_type.startswith("multipart/"):
        raise web.HTTPUnsupportedMediaType
    sent: Json = {"files": [], "samples": []}
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await _take_part(part, sent)
    except ValueError:
        raise web.HTTPBadRequest from None
    return await answered(request, _upload, sent)


async def give(request: web.Request) -> web.Response:
    """POST the bytes themselves, or nothing where `sample` names them; query: user, view_id, block_id, action_id, name.

    The answer is {ok: true, file}, or {ok: false, error} with a sentence to show at the input.
    """
    return await answered(request, _give, {**request.query, "data": await request.read()})


async def _take_part(part: BodyPartReader, sent: Json) -> None:
    if part.name == "file":
        sent["files"].append((part.filename or "upload", bytes(await part.read())))
    elif part.name == "sample":
        sent["samples"].append(await part.text())
    else:
        sent[part.name or ""] = await part.text()


async def _upload(doing: Doing) -> Json:
    site, channel = doing.site, doing.own_channel()
    content = {"text": encoded(site.workspace, doing.text("text"))} | doing.thread(channel)
    given = [*doing.sent["files"], *(_sampled(site, name) for name in doing.sent["samples"])]
    if not given or any(not data for _, data in given):
        raise RefusedError("There is nothing to upload, or a file is empty.")
    files: list[StoredFile] = [site.workspace.files.add(doing.user.id, name, data) for name, data in given]
    return {"message": {**share(site, channel, doing.user, files, content), "channel": channel.id}}


async def _give(doing: Doing) -> Json:
    site, view = doing.site, doing.view()
    place: InputPlace = (view["id"], doing.text("block_id"), doing.text("action_id"))
    element = dict(file_inputs(view)).get(place)
    if element is None:
        raise RefusedError("This form takes no files there.")
    sample = doing.text("sample")
    name, data = _sampled(site, sample) if sample else (doing.text("name") or "upload", doing.sent["data"])
    refused = refusal(element, name, len(data), site.behaviour.file_input_bytes)
    if refused:
        return {"ok": False, "error": refused}
    stored = site.workspace.files.add(doing.user.id, name, data)
    stored.given_in = place
    return {"file": describe_file(site, stored)}


def _sampled(site: Site, name: str) -> tuple[str, bytes]:
    found = [path for known, path in samples(site).items() if name in {known, path.name}]
    if not found:
        raise RefusedError(f"There is no sample picture or file called {name}.")
    return found[0].name, found[0].read_bytes()
