"""Every command by name: where it lives and its line of help. The one table that loads them, on first use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: the dotted name of its module, the object in it, and what `troth --help` says of it."""

    module: str
    name: str
    help: str


COMMANDS = {
    "serve": Entry("troth_broker.cli.serve", "serve", "Run the broker."),
    "migrate": Entry("troth_broker.cli.migrate", "migrate", "Bring a store to this version's tables."),
    "worker": Entry("troth_broker.cli.worker", "worker", "Make the calls of webhooks."),
    "publish": Entry("troth_broker.cli.publish", "publish", "Publish a consumer's pacts."),
    "verify": Entry("troth_broker.cli.verify", "verify", "Verify a running provider against its consumers' pacts."),
    "conform": Entry("troth_broker.cli.conform", "conform", "Ask a provider whether it does what its OpenAPI says."),
    "stub": Entry("troth_broker.cli.stub", "stub", "Answer as a provider's contracts say."),
    "can-i-deploy": Entry("troth_broker.cli.can_i_deploy", "can_i_deploy", "Ask whether versions may be deployed."),
    "can-i-merge": Entry(
        "troth_broker.cli.can_i_deploy", "can_i_merge", "Ask whether a version goes with the main branches."
    ),
    "matrix": Entry("troth_broker.cli.matrix", "matrix", "List which versions were verified with which."),
    "record-deployment": Entry(
        "troth_broker.cli.deployments", "record_deployment", "Record that a version runs in an environment."
    ),
    "record-undeployment": Entry(
        "troth_broker.cli.deployments", "record_undeployment", "Record that an application no longer runs somewhere."
    ),
    "record-release": Entry(
        "troth_broker.cli.deployments", "record_release", "Record that a version is released for use."
    ),
    "record-support-ended": Entry(
        "troth_broker.cli.deployments", "record_support_ended", "Record that a release is supported no longer."
    ),
    "environment": Entry("troth_broker.cli.environment", "environment", "Create, list and change environments."),
    "application": Entry("troth_broker.cli.application", "application", "Create, list and change applications."),
    "version": Entry("troth_broker.cli.version", "version", "Describe, create, tag and delete versions."),
    "branch": Entry("troth_broker.cli.version", "branch", "Delete branches."),
    "webhook": Entry("troth_broker.cli.webhook", "webhook", "Call other systems when something is published."),
    "secret": Entry("troth_broker.cli.secret", "secret", "Keep the secrets that webhooks name."),
    "policy": Entry("troth_broker.cli.policy", "policy", "Say what counts as proof before a deployment."),
    "diff": Entry("troth_broker.cli.diff", "diff", "Compare a contract with its own earlier version."),
    "compare": Entry("troth_broker.cli.compare", "compare", "Compare consumers' contracts with a provider's."),
    "lint": Entry("troth_broker.cli.lint", "lint", "Say what is wrong with contracts."),
    "rules": Entry("troth_broker.cli.rules", "rules", "Look up what comparisons look for."),
    "plugins": Entry("troth_broker.cli.plugins", "plugins", "List what is plugged in, and what does not load."),
    "recompare": Entry("troth_broker.cli.recompare", "recompare", "Compare contracts anew with a new checker."),
    "export": Entry("troth_broker.cli.snapshots", "export", "Write all that a store holds to a snapshot."),
    "import": Entry("troth_broker.cli.snapshots", "import_", "Load a snapshot into a store."),
    "backup": Entry("troth_broker.cli.snapshots", "backup", "Copy a SQLite store while others write."),
    "demo": Entry("troth_broker.cli.demo", "demo", "Show the whole loop on a small example."),
}

ALIASES = {
    "create-environment": ("environment", "create"),
    "update-environment": ("environment", "update"),
    "list-environments": ("environment", "list"),
    "describe-environment": ("environment", "describe"),
    "delete-environment": ("environment", "delete"),
    "create-or-update-pacticipant": ("application", "create-or-update"),
    "list-pacticipants": ("application", "list"),
    "describe-pacticipant": ("application", "describe"),
    "describe-version": ("version", "describe"),
    "create-or-update-version": ("version", "create-or-update"),
    "create-version-tag": ("version", "tag"),
    "delete-version-tag": ("version", "untag"),
    "delete-branch": ("branch", "delete"),
    "create-webhook": ("webhook", "create"),
    "create-or-update-webhook": ("webhook", "create"),
    "test-webhook": ("webhook", "test"),
    "delete-webhook": ("webhook", "delete"),
}
"""The Pact CLIs' flat names for the same commands; they work and are not listed."""
