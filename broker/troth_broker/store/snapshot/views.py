"""What people look for in a store, as views in plain words: for any tool that opens SQLite files."""

import sqlite3

_TIME = "strftime('%Y-%m-%d %H:%M:%S', {} / 1000000, 'unixepoch')"

VIEWS = {
    "matrix": f"""
        SELECT consumer.name AS consumer, consumer_version.number AS consumer_version,
               provider.name AS provider, provider_version.number AS provider_version,
               current_publication.format AS format,
               latest_verification.success AS success,
               {_TIME.format("latest_verification.happened_at")} AS verified_at,
               {_TIME.format("current_publication.happened_at")} AS published_at,
               content.sha AS content, latest_verification.verification_id AS result
        FROM current_publication
        JOIN content ON content.id = current_publication.content_id
        JOIN application AS consumer ON consumer.id = current_publication.consumer_id
        JOIN application AS provider ON provider.id = current_publication.provider_id
        JOIN version AS consumer_version ON consumer_version.id = current_publication.consumer_version_id
        LEFT JOIN latest_verification ON latest_verification.content_id = current_publication.content_id
        LEFT JOIN version AS provider_version ON provider_version.id = latest_verification.provider_version_id""",
    "deployed": f"""
        SELECT environment.name AS environment, application.name AS application, version.number AS version,
               deployment.instance AS instance, 'deployed' AS how,
               {_TIME.format("deployment.happened_at")} AS since
        FROM current_deployment
        JOIN deployment ON deployment.id = current_deployment.deployment_id
        JOIN environment ON environment.id = current_deployment.environment_id
        JOIN application ON application.id = current_deployment.application_id
        JOIN version ON version.id = current_deployment.version_id
        UNION ALL
        SELECT environment.name, application.name, version.number, NULL, 'released',
               {_TIME.format("release.happened_at")}
        FROM supported_release
        JOIN release ON release.id = supported_release.release_id
        JOIN environment ON environment.id = supported_release.environment_id
        JOIN application ON application.id = supported_release.application_id
        JOIN version ON version.id = supported_release.version_id""",
    "contract": f"""
        SELECT consumer.name AS consumer, consumer_version.number AS consumer_version, provider.name AS provider,
               current_publication.format AS format,
               content.sha AS content, content.interactions AS interactions, content.messages AS messages,
               {_TIME.format("current_publication.happened_at")} AS published_at,
               CAST(body.content AS TEXT) AS document
        FROM current_publication
        JOIN content ON content.id = current_publication.content_id
        JOIN body ON body.id = current_publication.body_id
        JOIN application AS consumer ON consumer.id = current_publication.consumer_id
        JOIN application AS provider ON provider.id = current_publication.provider_id
        JOIN version AS consumer_version ON consumer_version.id = current_publication.consumer_version_id""",
    "branch_heads": """
        SELECT application.name AS application, branch.name AS branch, version.number AS version,
               branch.name = application.main_branch AS main
        FROM branch
        JOIN application ON application.id = branch.application_id
        JOIN version ON version.id = branch.head_version_id""",
}


def add_views(connection: sqlite3.Connection) -> None:
    """Add every view."""
    for name, text in VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS{text}")
