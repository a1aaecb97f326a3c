"""The Jinja environment that every text, page and report is rendered in: a misspelt name is reported, never a blank.

Templates are plain files in ``templates/`` that the office may edit; what is wrong in one is a
:class:`~schemas.errors.DefinitionError` that names the template and the line.
"""

from __future__ import annotations

from pathlib import Path

import jinja2

from schemas.errors import DefinitionError
from schemas.problems import shorten
from schemas.settings import HOME, PROGRAM

# the office's own folder; where the program was installed as a package, the templates that came with it
TEMPLATES = next((folder for folder in (HOME / "templates", PROGRAM / "templates") if folder.is_dir()),
                 PROGRAM / "consolidator" / "templates")


class TemplateProblem(DefinitionError):
    """A template is missing, is written wrongly, or names what is not there."""


class _Strict(jinja2.StrictUndefined):
    """An unknown name, reported in Chinese when it is used."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return f"没有名为 {self._undefined_name} 的内容"


class Remembering(jinja2.Environment):
    """Compiles a text once, however often it is filled: a letter a unit from one template."""

    _compiled: dict[str, jinja2.Template]

    def from_string(self, source, globals=None, template_class=None):  # type: ignore[no-untyped-def]
        known = self.__dict__.setdefault("_compiled", {})
        if source not in known:
            known[source] = super().from_string(source, globals, template_class)
        return known[source]


def text_environment(folder: Path | None = None, kind: type[jinja2.Environment] = jinja2.Environment) -> jinja2.Environment:
    """The environment over ``folder`` (default: ``templates/``); markup is escaped in ``.html`` and ``.xml`` only.

    Each call gives a new one, so that a caller may add filters or switch autoescape on (docxtpl) for itself.
    """
    return kind(
        # utf-8-sig: Notepad puts a byte order mark before what it saves
        loader=jinja2.FileSystemLoader(folder or TEMPLATES, encoding="utf-8-sig"),
        undefined=_Strict,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html", "htm", "xml"), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(environment: jinja2.Environment, name: str, **context: object) -> str:
    """The template ``name`` filled with ``context``.

    Raises:
        TemplateProblem: the template cannot be read, is written wrongly, names what is not there, or asks for what
            cannot be worked out ({{ 1 + "个" }}).
    """
    try:
        return environment.get_template(name).render(**context)
    except UnicodeDecodeError as error:
        raise TemplateProblem(f"模板 {name} 不是 UTF-8 编码：请另存为 UTF-8") from error
    except jinja2.TemplateError as error:
        raise template_problem(name, error) from error
    except Exception as error:  # an expression may raise anything; what no line of a template raised is our own bug
        where, line = _place(name, error)
        if not line:
            raise
        raise TemplateProblem(f"模板 {where} 第{line}行：{unworkable(error)}") from error


def unworkable(error: Exception) -> str:
    """What is wrong with an expression that is written rightly and cannot be worked out."""
    return f"算不出来（{type(error).__name__}：{shorten(str(error), 80)}），请核对这一处的写法"


def raised_in_template(error: BaseException) -> bool:
    """Whether a line of a template was at work when ``error`` was raised."""
    return _place("", error)[1] > 0


def template_problem(name: str, error: jinja2.TemplateError) -> TemplateProblem:
    """What jinja refused in the template ``name``, as one Chinese line with the template's line where it is known.

    For callers that do not render through :func:`render` (docxtpl fills a Word file by itself).
    """
    if isinstance(error, jinja2.TemplateNotFound):
        return TemplateProblem(f"没有模板 {error.name}：请放回 templates 文件夹")
    if isinstance(error, jinja2.TemplateSyntaxError):
        where = Path(error.filename or error.name or name).name
        return TemplateProblem(f"模板 {where} 第{error.lineno}行：写法不对（{error.message}）")
    where, line = _place(name, error)
    spot = f" 第{line}行" if line else ""
    return TemplateProblem(f"模板 {where}{spot}：{error.message}")


def _place(name: str, error: BaseException) -> tuple[str, int]:
    """The template and line an error was raised in: jinja rewrites the traceback so that its frames name them."""
    where, line = name, 0
    trace = error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            where, line = Path(trace.tb_frame.f_code.co_filename).name, trace.tb_lineno
        trace = trace.tb_next
    return where, line
