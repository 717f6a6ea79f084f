"""Why a decision is what it is, as values; `words` puts them into sentences (pact_broker_api 6.6)."""

from dataclasses import dataclass
from typing import Literal, assert_never

from troth_broker.core.question import EVERYTHING, Ignored, Wanted


@dataclass(frozen=True, slots=True)
class Side:
    """One half of a pair as the question meant it: an application, how its version was chosen, and which one it is."""

    application: str
    wanted: Wanted = EVERYTHING
    number: str | None = None
    one_of_many: bool = False


@dataclass(frozen=True, slots=True)
class CannotIgnore:
    """An ignore selector names something that does not exist."""

    ignored: Ignored


@dataclass(frozen=True, slots=True)
class NoTarget:
    """One application was named and nothing says where it is to run."""


@dataclass(frozen=True, slots=True)
class NoVersionNumber:
    """Versions were chosen by name only, which may mean other versions tomorrow."""


@dataclass(frozen=True, slots=True)
class VersionMissing:
    """A version that the question names does not exist."""

    side: Side


@dataclass(frozen=True, slots=True)
class NoContract:
    """A consumer needs a provider, and the matrix holds no row for the two."""

    consumer: Side
    provider: Side


@dataclass(frozen=True, slots=True)
class NotVerified:
    """There is no result for a consumer's contract and a provider's version."""

    consumer: Side
    provider: Side


@dataclass(frozen=True, slots=True)
class VerificationFailed:
    """A provider's version failed the verification of a consumer's contract."""

    consumer: Side
    provider: Side


@dataclass(frozen=True, slots=True)
class ComparisonFailed:
    """What a provider's version publishes does not serve a consumer's contract."""

    consumer: Side
    provider: Side


@dataclass(frozen=True, slots=True)
class Disputed:
    """A replay passed, and a comparison says that it breaks."""

    consumer: Side
    provider: Side


@dataclass(frozen=True, slots=True)
class Evolves:
    """What a provider's new version publishes breaks what one that runs publishes, or may: `success` is not known."""

    new: Side
    old: Side
    success: bool | None
    blocks: bool


@dataclass(frozen=True, slots=True)
class BreaksNobody:
    """What a provider's new version publishes breaks what one that runs publishes, where no known consumer looks."""

    new: Side
    old: Side
    format: str
    places: int


@dataclass(frozen=True, slots=True)
class NothingToCheck:
    """Nothing had to be compared."""


@dataclass(frozen=True, slots=True)
class AllPassed:
    """Everything that had to be verified passed."""


@dataclass(frozen=True, slots=True)
class More:
    """How many reasons of the same kinds were left out."""

    count: int


Warning_ = CannotIgnore | NoTarget | NoVersionNumber | Disputed | BreaksNobody
Error = VersionMissing | NoContract | NotVerified | VerificationFailed | ComparisonFailed | Evolves | More
Success = NothingToCheck | AllPassed
Reason = Warning_ | Error | Success
Level = Literal["warning", "error", "success"]


def level(reason: Reason) -> Level:
    """How a reason weighs."""
    match reason:
        case CannotIgnore() | NoTarget() | NoVersionNumber() | Disputed() | BreaksNobody():
            return "warning"
        case Evolves(blocks=blocks):
            return "error" if blocks else "warning"
        case VersionMissing() | NoContract() | NotVerified() | VerificationFailed() | ComparisonFailed() | More():
            return "error"
        case NothingToCheck() | AllPassed():
            return "success"
        case _:
            assert_never(reason)


def words(reason: Reason) -> str:  # noqa: C901 - one line for each kind, exhaustively
    """A reason as one sentence."""
    match reason:
        case CannotIgnore(Ignored(application, None)):
            return f"Cannot ignore {application}: there is no such application."
        case CannotIgnore(Ignored(application, version)):
            return f"Cannot ignore version {version} of {application}: there is no such version."
        case NoTarget():
            return (
                "No environment was named, so this compares with the newest, or with all, versions of the others. "
                "Name the environment that the version is meant for to get a dependable answer."
            )
        case NoVersionNumber():
            return (
                "No version number was given. A tag, a branch or `latest` may mean another version by the time of the "
                "deployment; ask about the exact version that is going to be deployed."
            )
        case VersionMissing(side):
            return f"There is no {_missing(side)}."
        case NoContract(consumer, provider):
            return f"There is no contract to compare between {side_words(consumer)} and {side_words(provider)}."
        case NotVerified(consumer, provider):
            return f"There is no verified contract between {side_words(consumer)} and {side_words(provider)}."
        case VerificationFailed(consumer, provider):
            return f"The verification of the contract between {side_words(consumer)} and {side_words(provider)} failed."
        case ComparisonFailed(consumer, provider):
            return f"The contract between {side_words(consumer)} and {side_words(provider)} breaks when it is compared."
        case Disputed(consumer, provider):
            return (
                f"Disputed: the contract between {side_words(consumer)} and {side_words(provider)} was verified, and "
                "breaks when it is compared with what the provider publishes. One of the two is wrong."
            )
        case Evolves(new, old, None, _):
            return f"What {side_words(new)} publishes is not known to keep what {side_words(old)} publishes."
        case Evolves(new, old, _, _):
            return f"What {side_words(new)} publishes breaks what {side_words(old)} publishes."
        case BreaksNobody(new, old, kind, places):
            where = f"in {'a place' if places == 1 else f'{places} places'} of its {kind} document"
            breaks = f"What {side_words(new)} publishes breaks what {side_words(old)} publishes"
            return f"{breaks} {where} that no known consumer uses."
        case NothingToCheck():
            return "There are no missing dependencies: nothing had to be checked."
        case AllPassed():
            return "Every required verification result is there and successful."
        case More(count):
            return f"And {count} more of the same kind."
        case _:
            assert_never(reason)


def side_words(side: Side) -> str:
    """One half of a pair in words, with the version's number where there is one."""
    wanted, number = side.wanted, f" ({side.number})" if side.number is not None else ""
    where = _where(wanted)
    if wanted.everything or (wanted.version is not None and not where):
        return f"version {side.number} of {side.application}" if side.number else f"any version of {side.application}"
    if not number and wanted.environment is not None:
        return f"a version of {side.application}{where} (none is recorded as deployed or released there)"
    if not number:
        return f"{_which(side)} of {side.application}{where} (there is none)"
    return f"{_which(side)} of {side.application}{where}{number}"


def _which(side: Side) -> str:
    if side.wanted.latest:
        return "the latest version"
    return "one of the versions" if side.one_of_many else "the version"


def _where(wanted: Wanted) -> str:
    parts = []
    if wanted.main_branch:
        parts.append(" from the main branch")
    if wanted.branch is not None:
        parts.append(f" from branch {wanted.branch}")
    if wanted.tag is not None:
        parts.append(f" with tag {wanted.tag}")
    if wanted.environment is not None:
        parts.append(f" currently in {wanted.environment}")
    return "".join(parts) if parts or not wanted.latest else ""


def _missing(side: Side) -> str:
    wanted = side.wanted
    what = f"version {wanted.version} of {side.application}" if wanted.version else f"version of {side.application}"
    return f"{what}{_where(wanted)}"
