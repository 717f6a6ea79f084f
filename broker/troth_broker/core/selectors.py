"""Consumer version selectors: which consumer versions' pacts a provider wants to verify (pact_broker_api 4.2).

`read_selectors` turns the JSON of a request into values and tells everything that is wrong with it, each text with the
index of its selector. Whether a named environment exists is asked separately, because only the store knows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from troth_broker.core.texts import fault_of_text

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector, checked. `matchingBranch` and `environment` alone are already spelt out as what they mean."""

    consumer: str | None = None
    latest: bool = False
    tag: str | None = None
    fallback_tag: str | None = None
    branch: str | None = None
    fallback_branch: str | None = None
    matching: bool = False
    """The branch was named by `matchingBranch`: it is the provider version's own."""
    every_branch: bool = False
    main_branch: bool = False
    deployed: bool = False
    released: bool = False
    environment: str | None = None
    """Restricts `deployed` and `released` to one environment."""


_BRANCH_KEYS: Final = ("latest", "tag", "fallbackTag", "branch", "fallbackBranch", "matchingBranch", "mainBranch")
_ENVIRONMENT_KEYS: Final = ("environment", "deployed", "released", "deployedOrReleased")
_KEYS: Final = (*_BRANCH_KEYS, *_ENVIRONMENT_KEYS, "consumer")
_STRINGS: Final = frozenset({"tag", "fallbackTag", "fallbackBranch", "environment", "consumer"})
_ONLY_TRUE: Final = frozenset({"mainBranch", "matchingBranch", "deployed", "released", "deployedOrReleased"})


def read_selectors(raw: object, provider_branch: str | None) -> tuple[tuple[Selector, ...], tuple[str, ...]]:
    """The selectors in a request's `consumerVersionSelectors`, and a text for everything that is wrong with them.

    `provider_branch` is the branch of the provider version about to be verified, which `matchingBranch` stands for.
    """
    if raw is None:
        return (), ()
    if not isinstance(raw, list):
        return (), ("must be an array of selectors",)
    selectors: list[Selector] = []
    faults: list[str] = []
    for index, item in enumerate(raw):
        wrong, given = _fields(item)
        if isinstance(item, Mapping):
            wrong += [text for rule in _RULES for text in rule(given, provider_branch)]
        faults += [f"{text} (at index {index})" for text in wrong]
        if not wrong:
            selectors.append(_selector(given, provider_branch))
    return tuple(selectors), tuple(faults)


def read_tag_selectors(raw: object) -> tuple[tuple[Selector, ...], tuple[str, ...]]:
    """The selectors of the older GET form, in snake_case: each names a tag, and values are texts."""
    if raw is None:
        return (), ()
    if not isinstance(raw, list):
        return (), ("must be an array of selectors",)
    selectors: list[Selector] = []
    faults: list[str] = []
    for index, item in enumerate(raw):
        wrong = [] if isinstance(item, Mapping) else ["must be an object"]
        given: Raw = item if isinstance(item, Mapping) else {}
        if not wrong:
            wrong = list(_wrong_with_tag_selector(given))
        faults += [f"{text} (at index {index})" for text in wrong]
        if not wrong:
            names = {name: str(given[name]) for name in ("consumer", "tag", "fallback_tag") if name in given}
            latest = given.get("latest") == "true"
            selectors.append(Selector(names.get("consumer"), latest, names["tag"], names.get("fallback_tag")))
    return tuple(selectors), tuple(faults)


def unknown_environments(named: Iterable[tuple[int, str]], known: Collection[str]) -> tuple[str, ...]:
    """A text for each of the named environments that does not exist."""
    return tuple(
        f'environment with name "{name}" does not exist (at index {index})'
        for index, name in named
        if name not in known
    )


def named_environments(raw: object) -> tuple[tuple[int, str], ...]:
    """The environments that a request's selectors name, each with the index of its selector."""
    items = raw if isinstance(raw, list) else []
    named = ((index, item.get("environment")) for index, item in enumerate(items) if isinstance(item, Mapping))
    return tuple((index, name) for index, name in named if isinstance(name, str) and name.strip())


def _fields(item: object) -> tuple[list[str], dict[str, object]]:
    """What is wrong with the single fields of a selector, and those that are given at all (null is not given)."""
    if not isinstance(item, Mapping):
        return ["must be an object"], {}
    given = {key: item[key] for key in _KEYS if item.get(key) is not None}
    wrong = [text for key, value in given.items() if (text := _wrong_with_field(key, value))]
    return wrong, given


def _wrong_with_field(key: str, value: object) -> str | None:
    if key in _ONLY_TRUE:
        return None if value is True else f"{key} must be true if it is given"
    if key == "latest":
        return None if isinstance(value, bool) else "latest must be true or false"
    if key == "branch" and value is True:
        return None
    if not isinstance(value, str):
        return f"{key} must be a string" + (" or true" if key == "branch" else "")
    if not value.strip():
        return f"{key} cannot be blank"
    return None if (text := fault_of_text(value)) is None else f"{key} {text}"


def _some_criterion(given: Raw, _branch: str | None) -> Iterable[str]:
    criteria = ("mainBranch", "tag", "branch", "environment")
    flags = ("matchingBranch", "deployed", "released", "deployedOrReleased", "latest")
    if not any(key in given for key in criteria) and not any(given.get(key) is True for key in flags):
        yield (
            "must say which versions to select: one of latest, tag, branch, mainBranch, matchingBranch, deployed, "
            "released, deployedOrReleased or environment"
        )


def _main_branch_alone(given: Raw, _branch: str | None) -> Iterable[str]:
    if not given.get("mainBranch"):
        return
    if set(given) - {"mainBranch", "consumer", "latest"}:
        yield "mainBranch can only be combined with consumer and latest: true"
    if given.get("latest") is False:
        yield "mainBranch cannot be combined with latest: false, because it always means the branch's newest version"


def _matching_branch_alone(given: Raw, branch: str | None) -> Iterable[str]:
    if not given.get("matchingBranch"):
        return
    if set(given) - {"matchingBranch", "consumer"}:
        yield "matchingBranch can only be combined with consumer"
    if not branch:
        yield "matchingBranch needs providerVersionBranch, the branch to match"


def _tag_or_branch(given: Raw, _branch: str | None) -> Iterable[str]:
    if "tag" in given and "branch" in given:
        yield "tag and branch cannot be combined"


def _branch_or_environment(given: Raw, _branch: str | None) -> Iterable[str]:
    of_branch = [key for key in _BRANCH_KEYS if key in given]
    of_environment = [key for key in _ENVIRONMENT_KEYS if key in given]
    if of_branch and of_environment:
        yield f"{', '.join(of_branch)} cannot be combined with {', '.join(of_environment)}"


def _fallback_tag(given: Raw, _branch: str | None) -> Iterable[str]:
    if "fallbackTag" not in given:
        return
    if not given.get("latest"):
        yield "fallbackTag needs latest: true"
    if "tag" not in given:
        yield "fallbackTag needs a tag to fall back from"


def _fallback_branch(given: Raw, _branch: str | None) -> Iterable[str]:
    if "fallbackBranch" not in given:
        return
    if "branch" not in given:
        yield "fallbackBranch needs a branch to fall back from"
    if given.get("latest") is False:
        yield "fallbackBranch cannot be combined with latest: false"


def _branch_is_latest(given: Raw, _branch: str | None) -> Iterable[str]:
    if "branch" in given and given.get("latest") is False:
        yield "branch cannot be combined with latest: false, because it always means the branch's newest version"


def _one_way_to_be_live(given: Raw, _branch: str | None) -> Iterable[str]:
    ways = [key for key in ("deployed", "released", "deployedOrReleased") if given.get(key)]
    if len(ways) > 1:
        yield f"only one of {' and '.join(ways)} can be given"


_RULES: Final[tuple[Callable[[Raw, str | None], Iterable[str]], ...]] = (
    _some_criterion,
    _main_branch_alone,
    _matching_branch_alone,
    _tag_or_branch,
    _branch_or_environment,
    _fallback_tag,
    _fallback_branch,
    _branch_is_latest,
    _one_way_to_be_live,
)


def _selector(given: Raw, provider_branch: str | None) -> Selector:
    texts = {key: str(given[key]) for key in _STRINGS if key in given}
    branch = given.get("branch")
    matching = bool(given.get("matchingBranch"))
    both = bool(given.get("deployedOrReleased"))
    deployed, released = both or bool(given.get("deployed")), both or bool(given.get("released"))
    if "environment" in given and not (deployed or released):
        deployed = released = True
    return Selector(
        consumer=texts.get("consumer"),
        latest=bool(given.get("latest")) and branch is None and not given.get("mainBranch"),
        tag=texts.get("tag"),
        fallback_tag=texts.get("fallbackTag"),
        branch=provider_branch if matching else branch if isinstance(branch, str) else None,
        fallback_branch=texts.get("fallbackBranch"),
        matching=matching,
        every_branch=branch is True,
        main_branch=bool(given.get("mainBranch")),
        deployed=deployed,
        released=released,
        environment=texts.get("environment"),
    )


def _wrong_with_tag_selector(given: Raw) -> Iterable[str]:
    for name in ("tag", "fallback_tag", "consumer"):
        if name in given and not (isinstance(given[name], str) and str(given[name]).strip()):
            yield f"{name} must be a name"
    if "tag" not in given:
        yield "tag is missing"
    if given.get("latest", "true") not in ("true", "false"):  # a list or an object may stand here
        yield "latest must be true or false"
    if "fallback_tag" in given and given.get("latest") != "true":
        yield "fallback_tag needs latest=true"
