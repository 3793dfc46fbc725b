"""Who may do what, settled here at every click and command, because Slack cannot hide a button from anyone."""

from bot.domain.access import Access, groups
from bot.errors import ChatBusyError, NotAllowedError
from bot.ports import Directory


class AccessControl:
    """Answers for users, looking into user groups where the operators named some."""

    def __init__(self, access: Access, directory: Directory) -> None:
        self._access = access
        self._directory = directory

    @property
    def self_approval(self) -> bool:
        return self._access.self_approval

    @property
    def approvers(self) -> tuple[str, ...]:
        """The ids to be mentioned when something waits for a decision."""
        return tuple(sorted(self._access.approvers))

    def is_approver(self, user_id: str) -> bool:
        """ChatBusyError: Slack does not say for now who is in a group that they may be in."""
        return self._is_one_of(user_id, self._access.approvers)

    def require_trainer(self, user_id: str) -> None:
        if not self._access.trainers_are_open and not self._is_one_of(user_id, self._access.trainers):
            raise NotAllowedError(
                "Only trainers can do this.", next_step="The operators name them in `TRAINERS`; ask one of them."
            )

    def require_trainer_or_approver(self, user_id: str) -> None:
        """Whoever may do anything may settle how a channel is told of it."""
        if not self.is_approver(user_id):
            self.require_trainer(user_id)

    def require_approvers(self, needed: int, besides: str) -> None:
        """Refuse what nobody could approve; in user groups there may be enough."""
        if not self._access.approvers:
            raise NotAllowedError(
                "Nobody can approve a deployment yet, so there is no use in asking for one.",
                next_step="The operators name approvers in `APPROVERS`.",
            )

        able = self._access.approvers if self.self_approval else self._access.approvers - {besides}
        if not groups(able) and len(able) < needed:
            raise NotAllowedError(
                f"It takes {needed} approvers, and besides you there are {len(able)}.",
                next_step="The operators name more in `APPROVERS`, or ask for fewer with `APPROVALS_NEEDED`.",
            )

    def _is_one_of(self, user_id: str, ids: frozenset[str]) -> bool:
        if user_id in ids:
            return True
        unread: ChatBusyError | None = None
        for group in groups(ids):
            try:
                if user_id in self._directory.members(group):
                    return True
            except ChatBusyError as error:
                # Another group may have them; to say no, all have to be known.
                unread = error
        if unread:
            raise unread
        return False
