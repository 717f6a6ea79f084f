"""`troth export` and `troth import` as people run them."""

from pathlib import Path

from tests.support import writing
from tests.support.brokers import Broker, in_thread
from tests.support.cli import troth
from tests.support.pacts import interaction, pact, put
from troth_broker.store.snapshot.marks import made_at


def test_the_commands_say_what_they_did_and_what_they_could_not_do(sqlite_broker: Broker, tmp_path: Path) -> None:
    put(sqlite_broker, pact("shop", "billing"), "1")
    store, snapshot, new = sqlite_broker.database_url, str(tmp_path / "s.db"), str(tmp_path / "new.db")
    done = troth("export", snapshot, "--database", store)
    assert "2 applications, 1 versions, 1 contracts" in done.said
    assert (again := troth("export", snapshot, "--database", store)).code == 2
    assert "overwrite it with --force" in again.said
    tried = troth("import", snapshot, "--database", new, "--dry-run")
    assert tried.out.startswith("Would add 2 applications")
    assert troth("import", __file__, "--database", new).code == 2
    assert not Path(new).exists()
    assert troth("import", snapshot, "--database", new).out.startswith("Added 2 applications")
    assert f"Added nothing to sqlite:///{new};" in troth("import", snapshot, "--database", new).out
    asked = troth("can-i-deploy", "--broker", snapshot, "-a", "shop", "-e", "1")
    assert asked.code == 1
    assert f"{snapshot} is a snapshot of {made_at(Path(snapshot)):%Y-%m-%d %H:%M} UTC" in asked.err
    assert made_at(Path(new)) is None
    assert made_at(tmp_path / "nowhere.db") is None
    refused = troth("environment", "create", "--name", "x", "--broker", snapshot)
    assert refused.code == 2
    assert "is a snapshot, which is only read" in refused.said
    assert troth("export", snapshot, "--database", "https://broker.example.org").code == 2
    missing = troth("export", snapshot, "--database", str(tmp_path / "none.db"))
    assert (missing.code, Path(tmp_path / "none.db").exists()) == (3, False)


def test_the_import_command_lists_what_differs(sqlite_broker: Broker, tmp_path: Path) -> None:
    snapshot = str(tmp_path / "s.db")
    with in_thread(f"sqlite:///{tmp_path}/other.db") as other:
        put(other, pact("shop", "billing", interaction("there")), "1", branch="main")
        results = other.read("/pacts/provider/billing/consumer/shop/latest")["_links"]
        writing.verify(other.client, results["pb:publish-verification-results"]["href"], "b", success=True)
    troth("export", snapshot, "--database", f"{tmp_path}/other.db")
    put(sqlite_broker, pact("shop", "billing", interaction("here")), "1", branch="main")
    done = troth("import", snapshot, "--database", sqlite_broker.database_url)
    assert "contract | shop 1 billing | differs here, and stays so" in done.said
    assert "Left out as older" in done.said
