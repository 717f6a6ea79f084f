"""What badges say: one read of one snapshot each; what is missing is said on the badge."""

from sqlalchemy import Connection

from troth_broker.core.badges import (
    Badge,
    Naming,
    can_i_deploy_badge,
    can_i_merge_badge,
    compared_badge,
    missing_badge,
    pact_badge,
    pact_title,
)
from troth_broker.core.errors import NotFound
from troth_broker.core.gate import decide
from troth_broker.core.question import Question, Selector, Wanted
from troth_broker.core.standing import together
from troth_broker.services import matrix as gate
from troth_broker.services import standing
from troth_broker.services.world import World
from troth_broker.store import applications, badges, matrix, version_lists
from troth_broker.store.badges import Line
from troth_broker.store.tables import PACT

CAN_I_DEPLOY, CAN_I_MERGE = "can-i-deploy", "can-i-merge"


def of_pact(world: World, consumer: str, provider: str, line: Line, naming: Naming) -> Badge:
    """How the newest contracts of a line stand; with a provider's tag, as the newest version with that tag sees them.

    A comparison may speak for those of other formats than pact that nobody replayed.
    """

    def find(db: Connection) -> Badge:
        title = pact_title(consumer, provider, naming)
        keys = []
        for name in (consumer, provider):
            key = applications.id_of(db, name)
            if key is None:
                return missing_badge(title, f"{name} not found")
            keys.append(key)
        newest = badges.newest(db, keys[0], keys[1], line)
        if not newest:
            return missing_badge(title, "pact not found")
        if any(one.format != PACT for one in newest):
            title = pact_title(consumer, provider, naming, "contract" if len(newest) == 1 else "contracts")
        if naming.provider_tag is not None:
            tagged = (badges.status_by_tagged(db, keys[0], keys[1], one, naming.provider_tag) for one in newest)
            return pact_badge(title, together(tagged))
        found = standing.stands(db, newest).values()
        if all(one.compared is not None for one in found):
            return compared_badge(title, all(one.compared for one in found))
        return pact_badge(title, together(one.status for one in found))

    return world.store.read(find)


def to_tag(world: World, application: str, tag: str, to: str, label: str | None) -> Badge:
    """Whether the latest version with one tag works with the latest versions with another."""
    try:
        answer = gate.latest_tagged_to_tag(world, application, tag, to)
    except NotFound as error:
        return missing_badge(label or CAN_I_DEPLOY, error.sentence)
    return can_i_deploy_badge(tag, to, answer.decision.deployable, label)


def to_environment(world: World, application: str, branch: str, environment: str, label: str | None) -> Badge:
    """Whether the head of a branch may go to an environment."""
    try:
        answer = gate.branch_head_to_environment(world, application, branch, environment)
    except NotFound as error:
        return missing_badge(label or CAN_I_DEPLOY, error.sentence)
    return can_i_deploy_badge(branch, environment, answer.decision.deployable, label)


def to_main_branches(world: World, application: str, label: str | None) -> Badge:
    """Whether the head of the main branch works with the heads of the main branches of all others."""
    main = Wanted(latest=True, main_branch=True)
    question = Question((Selector(application, main),), main, "cvp")

    def find(db: Connection) -> Badge:
        left = label or CAN_I_MERGE
        known = matrix.named(db, [application])
        if application not in known:
            return missing_badge(left, f"{application} not found")
        owner = known[application]
        if owner.main_branch is None:
            return missing_badge(left, f"main branch of {application} not found")
        if version_lists.head(db, owner.id, owner.main_branch) is None:
            return missing_badge(left, f"version on {owner.main_branch} not found")
        facts = matrix.load(db, question, known, world.clock())
        return can_i_merge_badge(decide(question, facts).deployable, label)

    return world.store.read(find)
