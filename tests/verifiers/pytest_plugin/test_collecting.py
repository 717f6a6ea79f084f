"""Every interaction is one test among the project's own, and is chosen like any other."""

import pytest

from tests.verifiers.pacts import given, http, v4
from tests.verifiers.pytest_plugin.projects import CREATED_TEST, NO_ORDER_TEST, ORDER_TEST, Project

UNIT_TEST = "tests/test_unit.py::test_unit"


def test_every_interaction_is_a_test_with_its_own_name(shop: Project) -> None:
    ran = shop.run("--troth", "pacts")
    assert ran.code == 0
    assert ran.told("PASSED") == [UNIT_TEST, ORDER_TEST, NO_ORDER_TEST, CREATED_TEST]
    assert "collected 4 items" in ran.text


def test_without_being_asked_nothing_changes(shop: Project) -> None:
    ran = shop.run()
    assert ran.told("PASSED") == [UNIT_TEST]
    assert "contracts" not in ran.text


def test_names_expressions_and_markers_choose_among_them(shop: Project) -> None:
    shop.write("pacts/app-orders.json", v4(http("the app's own", "/orders/nothing", 404), consumer="app"))
    app = "troth::app → orders::the app's own"
    chosen = {
        ("-k", "created"): [CREATED_TEST],
        ("-m", "troth"): [app, ORDER_TEST, NO_ORDER_TEST, CREATED_TEST],
        ("-m", "not troth"): [UNIT_TEST],
        ("-m", "troth_consumer(name='app')"): [app],
        ("-m", "troth_protocol(name='message')"): [CREATED_TEST],
        ("-m", "troth", "--deselect", app, "--deselect", ORDER_TEST): [NO_ORDER_TEST, CREATED_TEST],
    }
    for arguments, tests in chosen.items():
        ran = shop.run("--troth", "pacts", "--strict-markers", *arguments)
        assert (ran.told("PASSED"), ran.code) == (tests, 0), arguments


def test_they_are_listed_without_being_run(shop: Project) -> None:
    ran = shop.run("--troth", "pacts", "--co", "-q", "-q", "-q", "-m", "troth")
    assert "troth: 3" in ran.text
    ran = shop.run("--troth", "pacts", "--co")
    assert "<OneContract web → orders>" in ran.text
    assert "passed" not in ran.text


def test_the_first_failure_ends_the_run_and_what_failed_is_run_again(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("one", "/1"), http("two", "/2", 404), http("three", "/3", 404)))
    ran = shop.run("--troth", "pacts", "-m", "troth", "-x")
    assert ran.counts == "1 failed, 1 deselected"
    again = shop.run("--troth", "pacts", "--lf")
    assert again.told("FAILED") == ["troth::web → orders::one"]
    assert again.told("PASSED") == []


def test_interactions_of_one_name_stay_apart(shop: Project) -> None:
    twice = [http("one\nthing :: again", "/1", 404, providerStates=given()) for _ in range(2)]
    shop.write("pacts/web-orders.json", v4(*twice))
    shop.write("pacts/web-too.json", v4(*twice))
    names = [
        f"troth::web → orders{contract}::one thing : again{number}"
        for contract in ("", " #2")
        for number in ("", " #2")
    ]
    assert shop.run("--troth", "pacts", "-m", "troth").told("PASSED") == names


def test_settings_in_a_file_do_without_options(shop: Project) -> None:
    shop.write("pyproject.toml", '[tool.troth]\nsource = "pacts"\nprovider = "orders"\nconsumers = ["web"]\n')
    assert len(shop.run().told("PASSED")) == 4
    assert shop.run("--no-troth").told("PASSED") == [UNIT_TEST]
    shop.write("troth.toml", '[verify]\nsource = ["pacts/nothing.json"]\n')
    ran = shop.run()
    assert ran.code == 4
    assert "nothing.json does not exist" in ran.text


def test_with_settings_alone_contracts_take_part_where_their_folder_does(shop: Project) -> None:
    shop.write("pyproject.toml", '[tool.troth]\nsource = "pacts"\n')
    assert len(shop.run("tests").told("PASSED")) == 4
    assert shop.run(UNIT_TEST).told("PASSED") == [UNIT_TEST]
    assert shop.run("tests/test_unit.py").told("PASSED") == [UNIT_TEST]


def test_settings_that_there_are_not_are_named(shop: Project) -> None:
    wrong = {
        'source = "pacts"\nprovder = "orders"': "there is no setting 'provder'; did you mean 'provider'?",
        'source = "pacts"\ntimeout = "long"': "timeout must be a number of seconds",
        'source = "pacts"\nhandler-timeout = inf': "handler-timeout must be a number of seconds",
        'source = "pacts"\ncolour = 3': "there is no setting 'colour'; there are 'provider', 'url', ",
        '[tool.troth.verify]\nsource = "pacts"': "its settings stand in [tool.troth] of pyproject.toml itself",
        'source = "pacts"\nheaders = ["Authorization"]': "is no header",
        'source = "pacts"\nurl = "$NOWHERE"': "the variable NOWHERE of the environment, which is not set",
        'source = "pacts"\npublish = "yes"': "publish must be true, false, or a variable of the environment",
        'source = "pacts"\npublish = true': "the provider's version is not known",
        'source = "pacts"\napp = "orders"': "names no application",
        'source = "pacts"\napp = "nowhere:app"': "No module named 'nowhere'; is the folder that holds it in PYTHONPATH",
        'source = "pacts"\ninsecure = "yes"': "insecure must be true or false",
        'source = "pacts"\nengine = "rust"': "engine must be troth or pact",
        'source = "pacts"\nurls = {gprc = "x"}': "urls: no verifier asks for 'gprc'; there are ",
        'source = "pacts"\nurls = {http = "x"}': "urls: no verifier asks for 'http'; that address is url",
        'source = "pacts"\nprovider = "nobody"': "None of the contracts is with the provider 'nobody'",
    }
    shop.write("tests/conftest.py", "")
    for text, sentence in wrong.items():
        shop.write("pyproject.toml", f"[tool.troth]\n{text}\n")
        ran = shop.run()
        assert ran.code != 0
        assert sentence in ran.text, (text, ran.text)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("grpc", "--troth-urls grpc: write it like grpc=127.0.0.1:50051."),
        ("=x", "--troth-urls =x: write it like grpc=127.0.0.1:50051."),
        ("gprc=x", "--troth-urls: no verifier asks for 'gprc'; there are "),
    ],
)
def test_an_address_that_is_none_is_refused(shop: Project, option: str, sentence: str) -> None:
    ran = shop.run("--troth", "pacts", "--troth-urls", option)
    assert ran.code == 4
    assert sentence in ran.text


@pytest.mark.parametrize(
    "option", ["publish", "provider=orders", "provider-version=1", "branch=main", "url=http://x", "urls=grpc=x"]
)
def test_options_without_contracts_are_refused_before_anything_runs(shop: Project, option: str) -> None:
    ran = shop.run(f"--troth-{option}")
    assert ran.code == 4
    assert f"--troth-{option.partition('=')[0]} is given, and nothing says where the contracts are" in ran.text
    assert shop.run(f"--troth-{option}", "--no-troth").counts == "1 passed"


@pytest.mark.parametrize("option", ["url", "provider", "branch", "provider-version"])
def test_an_option_that_is_given_nothing_is_refused(shop: Project, option: str) -> None:
    ran = shop.run("--troth", "pacts", f"--troth-{option}=")
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: --troth-{option} is given nothing: is the variable set that it comes from?" in ran.text


@pytest.mark.parametrize("processes", [(), ("-n", "2")])
def test_a_contract_that_cannot_be_read_is_an_error_that_is_told_once(
    shop: Project, processes: tuple[str, ...]
) -> None:
    shop.write("pacts/broken.json", '{"consumer": {"name": "app"}, "provider": {"name": "orders"}, "interactions": 7}')
    chosen = "troth_consumer(name='app')"
    ran = shop.run("--troth", "pacts", "-m", chosen, *processes, plugins=("xdist",) if processes else ())
    assert ran.code == 1
    assert ran.told("ERROR") == ["troth::app → orders::cannot be verified"] or processes
    assert "\n! contract-unreadable: pacts/broken.json cannot be verified: " in ran.text
    assert "\napp → orders: cannot be verified: " in ran.text
    assert ran.text.count("broken.json cannot be verified: ") == 1


def test_a_contract_that_cannot_be_read_does_not_spoil_the_others(shop: Project) -> None:
    shop.write("pacts/broken.json", '{"consumer": {"name": "app"}, "provider": {"name": "orders"}, "interactions": 7}')
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert (ran.code, len(ran.told("PASSED"))) == (1, 3)


def test_fixtures_are_those_that_the_states_see(shop: Project) -> None:
    """States, the application and a fixture in a deeper conftest.py and in a test module: all are found."""
    conftest = (shop.folder / "tests" / "conftest.py").read_text()
    shop.write("tests/conftest.py", "")
    shop.write("tests/contracts/conftest.py", conftest)
    assert shop.run("--troth", "pacts", "-m", "troth").counts == "3 passed, 1 deselected"
    shop.write("tests/contracts/conftest.py", "")
    shop.write("tests/contracts/test_contracts.py", conftest)
    assert shop.run("--troth", "pacts", "-m", "troth").counts == "3 passed, 1 deselected"


def test_what_troth_toml_cannot_mean_is_told(shop: Project) -> None:
    wrong = {
        '[verfy]\nsource = "pacts"': "troth.toml: [verfy] means nothing here; did you mean [verify]?",
        'source = "pacts"': "troth.toml: source stands outside of a table; it belongs under [verify].",
        "concurency = 3": "troth.toml: concurency means nothing here; there are [compare], ",
        '[verify]\nconcurency = 3\nsource = "pacts"': "[verify] of troth.toml: there is no setting 'concurency'",
        "[": "troth.toml cannot be read: ",
    }
    for text, sentence in wrong.items():
        shop.write("troth.toml", text)
        ran = shop.run()
        assert ran.code == pytest.ExitCode.USAGE_ERROR, text
        assert f"ERROR: {sentence}" in ran.text, (text, ran.text)
    assert shop.run("--no-troth").code == 0


def test_what_other_commands_read_in_troth_toml_is_left_to_them(shop: Project) -> None:
    shop.write("troth.toml", '[severity]\n"avro/*" = "odd"\n\n[compare]\n\n[[waiver]]\nreason = "so"\n')
    assert shop.run().counts == "1 passed"
