"""What each link relation leads to, in a sentence: what `/doc/{rel}` answers, without the prefix `pb:`."""

from collections.abc import Mapping

RELATIONS: Mapping[str, str] = {
    "all-pact-versions": "Every version of the pact between the two, newest first.",
    "branch": "The branch that a version was put on.",
    "branch-pact-versions": "Every version of the pact between two on a branch of the consumer, oldest first.",
    "branch-version": (
        "A version on a branch. PUT `{}` to put a version on a branch (application, version and branch are made where "
        "they are missing), DELETE to take it off."
    ),
    "branches": "The branches of an application, those with the newest versions first.",
    "can-i-deploy-badge": (
        "A badge for the latest version with a tag: whether it may be deployed beside the latest versions with another."
    ),
    "can-i-deploy-branch-to-environment-badge": (
        "A badge for the head of a branch: whether it may be deployed to an environment."
    ),
    "can-i-deploy-pacticipant-version-to-environment": (
        "Whether a version may be deployed to an environment, given what runs there, and what is missing if not."
    ),
    "can-i-deploy-pacticipant-version-to-tag": (
        "Whether a version may be deployed beside the latest versions with a tag, and what is missing if not."
    ),
    "comparison-contract": "The contract that the difference starts from.",
    "comparison-pact-version": "The pact that the difference starts from.",
    "consumer": "The application that consumes.",
    "consumer-contract": "What a version of a consumer expects of a provider, in another format than pact.",
    "consumer-version": "The version of the consumer that published the pact.",
    "consumer-versions": "The versions of the consumer for which this content was selected.",
    "consumer-webhooks": "The webhooks for every pact of the consumer; POST one to create it.",
    "consumers": "The consumers that a webhook watches: all of them, or those with a label.",
    "contract": "A contract of a version, with the list of its documents.",
    "contract-content": "A contract by its content, whichever version published it: what a provider verifies.",
    "contracts": "The contracts that were published, in the order in which they were sent.",
    "create": "POST a webhook here to create it.",
    "currently-deployed-deployed-versions": (
        "What is deployed in the environment now. `pacticipant` and `applicationInstance` narrow the list."
    ),
    "currently-supported-released-versions": (
        "What is released and supported in the environment. `pacticipant` and `version` narrow the list."
    ),
    "dashboard": "The newest pacts of the integration with their verification and webhook status.",
    "deployed-environments": "The environments in which the version is, or was, deployed; for an application, is.",
    "diff": "What changed between this content and another. The variable is the digest of the other content.",
    "diff-previous-distinct": "What changed since the newest earlier pact that says something else.",
    "document": "The document exactly as the provider published it.",
    "environment": "An environment. GET, PUT and DELETE it by its uuid.",
    "environments": "The environments; POST one to create it, `name` narrows the list.",
    "error-logs": "What was sent to a webhook that failed, and what it answered.",
    "execute": "POST to call the webhook now.",
    "group": "The applications that depend on each other around this one, as a list of consumers and providers.",
    "integration-policy": "What counts as proof between a consumer and a provider. PUT a policy to change it.",
    "integrations": "Which consumer has contracts with which provider, those that moved last first.",
    "label": "A label of an application. PUT `{}` to give it, DELETE to take it away.",
    "latest-branch-pact-versions": "The pact of the newest version on a branch of the consumer.",
    "latest-main-branch-pact-versions": "The pact of the newest version on the consumer's main branch.",
    "latest-pact-version": "The newest pact between the two.",
    "latest-pact-versions": "The newest pact of every integration.",
    "latest-provider-pacts": "The newest pact of each consumer of a provider.",
    "latest-provider-pacts-with-branch": "The pact of the head of a branch, for each consumer of a provider.",
    "latest-provider-pacts-with-main-branch": "The pact of the head of the main branch of each consumer of a provider.",
    "latest-provider-pacts-with-tag": "The newest pact with a tag of each consumer of a provider.",
    "latest-tagged-pact-version": "The newest pact of a version with a tag.",
    "latest-tagged-version": "The newest version of an application with a tag.",
    "latest-untagged-pact-version": "The newest pact of a version without any tag.",
    "latest-verification-results": "The newest verification result for this content.",
    "latest-verification-results-where-pacticipant-is-consumer": (
        "The newest verification result of each provider that this version has a contract with."
    ),
    "latest-version": "The newest version of an application or of a branch.",
    "logs": "What was sent to the webhook and what it answered.",
    "main-branch-pact-versions": "Every version of the pact between two on the consumer's main branch, oldest first.",
    "matrix": "Every version of the two beside each other, with what was verified.",
    "matrix-for-consumer-version": "What was verified of the version that published the pact.",
    "metrics": "How much of everything there is in the broker.",
    "pact-version": "A pact, by its content.",
    "pact-versions": "Pacts; each has its name.",
    "pact-webhooks": "The webhooks for the pact between the two; POST one to create it.",
    "pacticipant": "An application. GET, PUT, PATCH and DELETE it by its name.",
    "pacticipant-branch": "A branch of an application. DELETE forgets the branch, not its versions.",
    "pacticipant-branch-version": (
        "A version on a branch of an application. PUT `{}` to put it there; whatever is missing is made."
    ),
    "pacticipant-version": "A version of an application. GET, PUT, PATCH and DELETE it by its number.",
    "pacticipant-version-tag": "A tag of a version. PUT `{}` to give it; whatever is missing is made.",
    "pacticipant-version-tags": "The tags that were given to the version.",
    "pacticipants": "The applications; POST one to create it, `q` narrows the list.",
    "pacticipants-with-label": "The applications that carry a label.",
    "pacts": "The pacts that were asked for; each has its consumer's name.",
    "policy": (
        "What counts as proof for the integration or the environment. PUT a policy to change it; each change is a new "
        "version."
    ),
    "policy-versions": "Every version of the policy, the newest first.",
    "previous-distinct": "The newest earlier pact that says something else; 404 if there is none.",
    "provider": "The application that provides.",
    "provider-contract": "What the version says about itself. GET, PUT and DELETE it.",
    "provider-contracts": "What versions of the provider said about themselves, those published last first.",
    "provider-contracts-for-verification": (
        "The contracts of other formats than pact that a provider is to verify. POST the same as for pacts."
    ),
    "provider-pacts": "Every pact of a provider.",
    "provider-pacts-for-verification": (
        "The pacts that a provider is to verify. POST `consumerVersionSelectors`, `providerVersionBranch`, "
        "`includePendingStatus` and `includeWipPactsSince` to choose them."
    ),
    "provider-pacts-with-branch": "The pacts of a provider from a branch of its consumers.",
    "provider-pacts-with-main-branch": "The pacts of a provider from the main branches of its consumers.",
    "provider-pacts-with-tag": "The pacts of a provider whose versions carry a tag.",
    "providers": "The providers that a webhook watches: all of them, or those with a label.",
    "publish-consumer-contract": (
        "POST what a consumer's version expects of a provider in another format than pact, with its branch and tags."
    ),
    "publish-contracts": (
        "POST an application's version with its branch, tags and contracts: the one call of a consumer's build."
    ),
    "publish-partial-replay": (
        "POST what was replayed of a contract that could not be observed as a whole: `success` is null, and "
        "`testResults` tells the outcome of each interaction. It is neither a yes nor a no."
    ),
    "publish-pact": "PUT a pact to publish it, PATCH it to merge it into what the version has published.",
    "publish-provider-contract": "POST what a provider says about itself, with the result of its own verification.",
    "publish-verification-results": (
        "POST the result of a verification: `success`, `providerApplicationVersion`, `testResults`, `buildUrl`. The "
        "address remembers how the pact was selected, so use it as it stands."
    ),
    "record-deployment": "POST to the entry named after an environment to record that the version is deployed there.",
    "record-release": "POST to the entry named after an environment to record that the version is released there.",
    "released-environments": "The environments in which the version is, or was, released.",
    "recompare": "POST `{}`, a `consumer` or a `provider` to have compared what this checker has not compared yet.",
    "secrets": "The secrets that webhooks may name as `${secret.NAME}`, without their values; POST one to record it.",
    "self-verification-results": "What the provider's own verification printed, exactly as it was published.",
    "tag": "A tag of this version. PUT `{}` to give it, DELETE to take it away.",
    "tag-prod-version": "PUT `{}` to give the consumer version the tag `prod`.",
    "tag-version": "PUT `{}` to give the consumer version a tag.",
    "tagged-pact-versions": "Every version of the pact between two with a tag, newest first.",
    "triggered-webhooks": "The webhooks that this publication or this result triggered.",
    "ui": "Where a person reads it.",
    "version": "A version of the application, by its number.",
    "version-contracts": "Every contract of a version, of any format: what it expects, and what it says about itself.",
    "version-tag": "A tag of a version of the application. PUT `{}` to give it.",
    "versions": "The versions of the application, newest first.",
    "webhook": "A webhook. GET, PUT and DELETE it by its uuid; PUT creates it if there is none.",
    "webhooks": "The webhooks; POST one to create it.",
    "webhooks-status": "How the webhooks of the pact between the two did the last time.",
}


def meaning(relation: str) -> str | None:
    """What a relation leads to, with or without its prefix; None if no answer of the broker has it."""
    return RELATIONS.get(relation.rpartition(":")[2])
