"""The CI systems that Troth recognises, and the variables in which each says what it builds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """One CI system. Of several variables for the same thing the first that is set counts.

    `sign` is a variable that only this system sets, or NAME=VALUE. `build_url` may be put together of several.
    """

    name: str
    sign: str
    commit: tuple[str, ...]
    branch: tuple[str, ...]
    build_url: tuple[str, ...]


SYSTEMS = (
    System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        ("GITHUB_SHA",),
        ("GITHUB_HEAD_REF", "GITHUB_REF_NAME"),
        ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",),
    ),
    System(
        "GitLab CI",
        "GITLAB_CI",
        # In a merged-results pipeline CI_COMMIT_SHA is a commit that exists nowhere else.
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"),
        ("{CI_JOB_URL}", "{CI_PIPELINE_URL}"),
    ),
    System("Jenkins", "JENKINS_URL", ("GIT_COMMIT",), ("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"), ("{BUILD_URL}",)),
    System("CircleCI", "CIRCLECI", ("CIRCLE_SHA1",), ("CIRCLE_BRANCH",), ("{CIRCLE_BUILD_URL}",)),
    System(
        "Travis CI",
        "TRAVIS",
        ("TRAVIS_PULL_REQUEST_SHA", "TRAVIS_COMMIT"),
        ("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"),
        ("{TRAVIS_BUILD_WEB_URL}",),
    ),
    System(
        "Azure Pipelines",
        "TF_BUILD",
        ("SYSTEM_PULLREQUEST_SOURCECOMMITID", "BUILD_SOURCEVERSION"),
        # BUILD_SOURCEBRANCHNAME is only what stands behind the last slash.
        ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"),
        ("{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",),
    ),
    System(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        ("BITBUCKET_COMMIT",),
        ("BITBUCKET_BRANCH",),
        ("https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",),
    ),
    System("Buildkite", "BUILDKITE", ("BUILDKITE_COMMIT",), ("BUILDKITE_BRANCH",), ("{BUILDKITE_BUILD_URL}",)),
    System("TeamCity", "TEAMCITY_VERSION", ("BUILD_VCS_NUMBER",), (), ("{BUILD_URL}",)),
    System(
        "AppVeyor",
        "APPVEYOR",
        ("APPVEYOR_PULL_REQUEST_HEAD_COMMIT", "APPVEYOR_REPO_COMMIT"),
        ("APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH"),
        ("{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}",),
    ),
    System("Codeship", "CI_NAME=codeship", ("CI_COMMIT_ID",), ("CI_BRANCH",), ("{CI_BUILD_URL}",)),
    System(
        "Semaphore",
        "SEMAPHORE",
        ("SEMAPHORE_GIT_PR_SHA", "SEMAPHORE_GIT_SHA"),
        ("SEMAPHORE_GIT_PR_BRANCH", "SEMAPHORE_GIT_WORKING_BRANCH", "SEMAPHORE_GIT_BRANCH"),
        ("{SEMAPHORE_ORGANIZATION_URL}/workflows/{SEMAPHORE_WORKFLOW_ID}",),
    ),
    System("Drone", "DRONE", ("DRONE_COMMIT_SHA",), ("DRONE_SOURCE_BRANCH", "DRONE_BRANCH"), ("{DRONE_BUILD_LINK}",)),
    System(
        "Woodpecker",
        "CI=woodpecker",
        ("CI_COMMIT_SHA",),
        ("CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"),
        ("{CI_PIPELINE_URL}",),
    ),
    System(
        "AWS CodeBuild",
        "CODEBUILD_BUILD_ID",
        ("CODEBUILD_RESOLVED_SOURCE_VERSION",),
        ("CODEBUILD_WEBHOOK_HEAD_REF",),
        ("{CODEBUILD_BUILD_URL}",),
    ),
    System(
        "Cirrus CI",
        "CIRRUS_CI",
        ("CIRRUS_CHANGE_IN_REPO",),
        ("CIRRUS_BRANCH",),
        ("https://cirrus-ci.com/build/{CIRRUS_BUILD_ID}",),
    ),
    System(
        "Bamboo",
        "bamboo_buildKey",
        ("bamboo_planRepository_revision",),
        ("bamboo_planRepository_branchName",),
        ("{bamboo_buildResultsUrl}",),
    ),
)
