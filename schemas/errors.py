"""What stops a run. Bad data is a value (:class:`schemas.problems.Problem`); only a broken run is an exception.

Every message is one Chinese line for the clerk: what is wrong, and what to do.
"""


import errno

_REASONS = {errno.ENOENT: "不存在", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EISDIR: "是文件夹",
            errno.ENOTDIR: "不是文件夹", errno.ENOSPC: "磁盘已满", errno.EROFS: "只读", errno.EEXIST: "已有同名的文件",
            errno.ENAMETOOLONG: "名称过长", errno.EINVAL: "名称不对", errno.EIO: "磁盘读写出错", errno.EFBIG: "磁盘已满",
            getattr(errno, "EDQUOT", -1): "磁盘配额已满"}


def reason_of(error: OSError) -> str:
    """Why the system could not do it, for the clerk; its own words only where none of ours fit."""
    return _REASONS.get(error.errno, error.strerror or str(error))


class ConsolidatorError(Exception):
    """The run could not be done; ``str(error)`` is the line to show (exit code 3)."""

    @property
    def sentence(self) -> str:
        """The line with the actions that it names (:class:`schemas.actions.Sentence`)."""
        return self.args[0] if len(self.args) == 1 and isinstance(self.args[0], str) else str(self)


class DefinitionError(ConsolidatorError):
    """A form definition, a roster, a template or the settings are wrong; the message names file and line."""


class UsageError(ConsolidatorError):
    """The caller asked for what cannot be: an unknown unit or figure, a week that does not exist (exit code 2)."""


class ClosedWeekError(ConsolidatorError):
    """The week is closed (已定稿) and does not change."""


class BusyError(ConsolidatorError):
    """Another run holds the outbox, or an outbox file is open in another program."""


class HistoryError(ConsolidatorError):
    """The journal or its index is not what it should be."""


class DeliveryError(ConsolidatorError):
    """A letter did not go; the message says what to do."""
