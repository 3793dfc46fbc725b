"""Which images are trained on and which validate: the same for the same seed, however the source is listed."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from bot.domain.placing import PlacedImage, Split


def planned(
    images: Iterable[PlacedImage], share: float, seed: int, earlier: Mapping[str, Split] | None = None
) -> tuple[PlacedImage, ...]:
    """All images with their splits, in the order in which they are packed: validation first, each split shuffled.

    `share` is that of validation. A split that the source gives stands; `earlier` has the splits, by key, of an
    earlier version of the data set, and stands too.
    """
    by_label: dict[int, list[tuple[int, PlacedImage]]] = {}
    chosen: list[tuple[bool, int, str, PlacedImage]] = []
    for image in images:
        rank = ranked(seed, image.key)
        if image.split is None:
            by_label.setdefault(image.label, []).append((rank, image))
        else:
            chosen.append((image.split == Split.TRAIN, rank, image.key, image))
    for ranks in by_label.values():
        ranks.sort(key=lambda pair: (pair[0], pair[1].key))
        validating = _validating([image.key for _, image in ranks], share, earlier or {})
        for rank, image in ranks:
            split = Split.VALIDATION if image.key in validating else Split.TRAIN
            chosen.append(
                (split == Split.TRAIN, rank, image.key, PlacedImage(image.key, image.size, image.label, split))
            )
    # Another rank would do for shuffling; that this one decides the split as well shuffles each split no less.
    chosen.sort(key=lambda one: one[:3])
    return tuple(image for _, _, _, image in chosen)


def ranked(seed: int, key: str) -> int:
    """Where chance puts the image: evenly spread, and the same on every machine."""
    told = blake2b(f"{seed}\n{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(told, "big")


def target(images: int, share: float) -> int:
    """How many of a class's images validate: the nearest to the share that leaves both splits one, if it can."""
    return 0 if images < 2 else min(max(int(share * images + 0.5), 1), images - 1)


def _validating(keys: Sequence[str], share: float, earlier: Mapping[str, Split]) -> set[str]:
    """The keys, of one class and in order of rank, that validate."""
    held = [key for key in keys if earlier.get(key) == Split.VALIDATION]
    fresh = [key for key in keys if key not in earlier]
    wanted = target(len(keys), share)
    taken = {*held, *fresh[: max(0, wanted - len(held))]}
    if len(keys) < 2:
        return set()
    # What an earlier version decided gives way only where a split would be left without any image of the class.
    if not taken:
        return {keys[0]}
    return taken if len(taken) < len(keys) else taken - {keys[-1]}
