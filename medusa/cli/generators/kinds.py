"""What is written for each kind of thing."""

from __future__ import annotations

from collections.abc import Sequence

from medusa.cli.generators.names import parse
from medusa.cli.generators.place import Files, here, import_lines
from medusa.cli.generators.providers import Interface
from medusa.cli.generators.routes import Path, RouteCode
from medusa.cli.generators.surroundings import KnownModel, Surroundings
from medusa.framework.errors import ConfigurationError
from medusa.framework.naming import plural

COLUMN_TYPES = ("str", "int", "float", "bool", "dict")


def module(given: str) -> list[str]:
    """``modules/NAME``: a model and its service."""
    name, files = parse(given, "module"), Files(here())
    Surroundings.of(files.place.root).refuse_module(name.snake)
    names = {**name.forms, "prefix": name.snake.replace("_", "")}
    files.add("module_models", f"modules/{name.snake}/models.py", names)
    files.add("module_service", f"modules/{name.snake}/service.py", names)
    files.add("module_test", f"modules/test_{name.snake}.py", names, test=True)
    return files.write()


def link(left_name: str, right_name: str, extra: Sequence[str], *, left_many: bool, right_many: bool) -> list[str]:
    """``links/LEFT_RIGHT.py``."""
    files = Files(here())
    known = Surroundings.of(files.place.root)
    left, right = known.model(left_name), known.model(right_name)
    if left == right:
        raise ConfigurationError(f"A link joins two models, {left.name} is one: give another.")
    known.refuse_link(left, right)
    columns = [_column(item) for item in extra]
    options = [f"    {side}_many=True,\n" for side, many in (("left", left_many), ("right", right_many)) if many]
    if columns:
        options.append("    extra={" + ", ".join(f'"{name}": {kind}' for name, kind in columns) + "},\n")
    name = f"{left.name}_{right.name}"
    forms = {
        "name": name,
        "constant": name.upper(),
        "imports": import_lines(
            ("medusa.framework.links", "define_link"),
            (left.module, left.model.__name__),
            (right.module, right.model.__name__),
        ),
        "options": "".join(options),
        "values": _values(columns),
        **_side("left", left),
        **_side("right", right),
    }
    files.add("link", f"links/{name}.py", forms)
    files.add("link_test", f"links/test_{name}.py", forms, test=True)
    return files.write()


def _side(side: str, known: KnownModel) -> dict[str, str]:
    many = plural(known.name)
    return {
        side: known.name.replace("_", " "),
        side.capitalize(): known.model.__name__,
        f"{side}_key": known.key,
        f"{side}_plural": many,
        f"{side}_many": many.replace("_", " "),
        f"{side.capitalize()}_many": many.replace("_", " ").capitalize(),
    }


def _column(item: str) -> tuple[str, str]:
    name, _, kind = item.partition(":")
    if kind not in COLUMN_TYPES:
        raise ConfigurationError(
            f'--extra "{item}" has no type: write it as name:type, for example position:int. Types: {", ".join(COLUMN_TYPES)}.'
        )
    return parse(name, "column").snake, kind


def _values(columns: Sequence[tuple[str, str]]) -> str:
    examples = {"str": '"x"', "int": "1", "float": "1.5", "bool": "True", "dict": "{}"}
    return ", {" + ", ".join(f'"{name}": {examples[kind]}' for name, kind in columns) + "}" if columns else ""


def route(given: str, methods: Sequence[str]) -> list[str]:
    """``api/...py``."""
    path, files = Path.parse(given), Files(here())
    known = Surroundings.of(files.place.root)
    try:
        entity = known.model(path.noun.snake).name
    except ConfigurationError:
        entity = None  # an answer of its own
    made = RouteCode(path, methods, entity)
    made.refuse_taken(known.routes())
    files.add("route", f"api/{path.file}.py", made.code())
    files.add("route_test", _test("api", path.file), {**made.test(), "file": path.file}, test=True)
    return files.write()


def _test(folder: str, file: str) -> str:
    *folders, name = file.split("/")
    return "/".join([folder, *folders, f"test_{'_'.join([*folders, name])}.py"])


def workflow(given: str) -> list[str]:
    """``workflows/NAME.py``."""
    name, files = parse(given, "workflow"), Files(here())
    known = Surroundings.of(files.place.root)
    known.refuse_workflow(name.kebab)
    known.refuse_step(f"{name.kebab}-check")
    files.add("workflow", f"workflows/{name.snake}.py", name.forms)
    files.add("workflow_test", f"workflows/test_{name.snake}.py", name.forms, test=True)
    return files.write()


def step(given: str, *, external: bool) -> list[str]:
    """``workflows/steps/NAME.py``."""
    name, files = parse(given, "step"), Files(here())
    Surroundings.of(files.place.root).refuse_step(name.kebab)
    inside = "Leave what is outside the database to steps with external=True."
    undo = "Undo it in take_back, which may be called twice." if external else inside
    template = "step_external" if external else "step"
    files.add(template, f"workflows/steps/{name.snake}.py", name.forms)
    files.add("step_test", f"workflows/test_step_{name.snake}.py", {**name.forms, "undo": undo}, test=True)
    return files.write()


def subscriber(given: str, event: str) -> list[str]:
    """``subscribers/NAME.py``."""
    name, files = parse(given, "subscriber"), Files(here())
    names = {**name.forms, "event": event}
    files.add("subscriber", f"subscribers/{name.snake}.py", names)
    files.add("subscriber_test", f"subscribers/test_{name.snake}.py", names, test=True)
    return files.write()


def job(given: str, cron: str) -> list[str]:
    """``jobs/NAME.py``."""
    name, files = parse(given, "job"), Files(here())
    if len(cron.split()) not in (5, 6):
        raise ConfigurationError(f'--cron "{cron}" is no cron expression: it has five fields, for example "0 3 * * *".')
    names = {**name.forms, "cron": cron}
    files.add("job", f"jobs/{name.snake}.py", names)
    files.add("job_test", f"jobs/test_{name.snake}.py", names, test=True)
    return files.write()


def provider(module: str, given: str) -> tuple[list[str], str]:
    """``providers/NAME.py``, and what to write into the configuration."""
    name, files = parse(given, "provider"), Files(here())
    known = Surroundings.of(files.place.root)
    interface = Interface(known.interface(module))
    known.refuse_provider(module, name.snake)
    names = {
        **name.forms,
        "module": module,
        "article": "an" if module[0] in "aeiou" else "a",
        "Interface": interface.kind.__name__,
        "standard": f"{standard}\n\n" if (standard := interface.imports(ours=False)) else "",
        "imports": interface.imports(ours=True),
        "Doc": f"{name.title}: say here who it is, and where its documentation is.",
        "attributes": "".join(f"    {line}\n" for line in interface.attributes(name.title)),
        "methods": interface.code() or _may_override(interface),
        "todo": ",\n       ".join(interface.methods) or "what it does otherwise than its base",
    }
    files.add("provider", f"providers/{name.snake}.py", names)
    files.add("provider_test", f"providers/test_{name.snake}.py", names, test=True)
    resolve = f"{files.place.package}.providers.{name.snake}:{name.pascal}Provider"
    line = (
        f'modules={{"{module}": ModuleConfig(providers=[ProviderConfig(resolve="{resolve}", id="default", '
        'options={"api_key": ...})])}'
    )
    return files.write(), line


def _may_override(interface: Interface) -> str:
    lines = [f"Say here what it does otherwise than {interface.kind.__name__}, whose methods are:", *interface.optional]
    return "\n".join(f"    # {line}" for line in lines)
