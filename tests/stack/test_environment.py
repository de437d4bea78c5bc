"""What the processes of the stack are told: own secrets, given values, real providers."""

from pathlib import Path

import pytest

from models.settings import Settings
from sandbox.stack.environment import GENERATED, complete, load_secrets
from sandbox.stack.errors import StackError

REAL_STRIPE = {"STRIPE_API_KEY": "sk_test_real", "STRIPE_WEBHOOK_SECRET": "whsec_real"}


def test_secrets_are_made_once_and_are_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = load_secrets(file)
    assert set(first) == set(GENERATED)
    assert all(secret.startswith("sandbox_") for secret in first.values())
    assert len(set(first.values())) == len(first)
    assert load_secrets(file) == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_a_newer_version_needs_is_added(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"ATP_LINK_SECRET": "sandbox_old"}')
    assert load_secrets(file)["ATP_LINK_SECRET"] == "sandbox_old"
    assert set(load_secrets(file)) == set(GENERATED)


def test_addresses_follow_the_ports(tmp_path: Path) -> None:
    environment = complete({"ATP_HTTP_PORT": "9001", "ATP_SANDBOX_PORT": "9002"}, {}, tmp_path)
    assert environment["ATP_PUBLIC_URL"] == "http://127.0.0.1:9001"
    assert environment["OIDC_ISSUER"] == "http://127.0.0.1:9002/oidc"


def test_what_the_caller_set_always_wins(tmp_path: Path) -> None:
    given = {"ATP_PUBLIC_URL": "http://trips.test", "ATP_LINK_SECRET": "mine"}
    environment = complete(given, {"ATP_LINK_SECRET": "sandbox_made"}, tmp_path)
    assert environment["ATP_PUBLIC_URL"] == "http://trips.test"
    assert environment["ATP_LINK_SECRET"] == "mine"


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    environment = complete({"STRIPE_API_KEY": ""}, {"STRIPE_API_KEY": "sandbox_x"}, tmp_path)
    assert environment["STRIPE_API_KEY"] == "sandbox_x"


def test_a_real_key_talks_to_the_real_provider_and_leaves_the_others(tmp_path: Path) -> None:
    environment = complete(REAL_STRIPE, {}, tmp_path)
    assert environment["STRIPE_API_BASE"] == "https://api.stripe.com"
    assert environment["TWILIO_API_BASE"].startswith("http://127.0.0.1:")


def test_answers_to_mails_find_their_way_on_this_machine_alone(tmp_path: Path) -> None:
    own = complete({}, {}, tmp_path)
    real = complete({"POSTMARK_SERVER_TOKEN": "real"}, {}, tmp_path)
    assert own["ATP_INBOUND_MAIL_DOMAIN"] == "reply.asiatravelplan.example"
    assert real["ATP_INBOUND_MAIL_DOMAIN"] == ""


def test_a_real_key_without_its_webhook_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="STRIPE_WEBHOOK_SECRET is not: set both"):
        complete({"STRIPE_API_KEY": "sk_test_real"}, {}, tmp_path)


def test_a_real_challenge_shows_the_real_widget(tmp_path: Path) -> None:
    real = {"TURNSTILE_SECRET": "real"}
    with pytest.raises(StackError, match="TURNSTILE_SITE_KEY is not: set both"):
        complete(real, {}, tmp_path)
    environment = complete(real | {"TURNSTILE_SITE_KEY": "0x4AA"}, {}, tmp_path)
    assert environment["TURNSTILE_SCRIPT_URL"].startswith("https://challenges.cloudflare.com/")
    assert environment["TURNSTILE_VERIFY_URL"].startswith("https://challenges.cloudflare.com/")


@pytest.mark.parametrize("key", ["sandbox_turnstile_site_key", "1x00000000000000000000AA", ""])
def test_production_shows_no_challenge_that_all_pass(key: str) -> None:
    faults = Settings(turnstile_site_key=key).production_faults()
    assert any("TURNSTILE_SITE_KEY" in fault for fault in faults)


def test_every_generated_secret_is_read_by_the_settings() -> None:
    aliases = {field.alias for field in Settings.model_fields.values()}
    assert set(GENERATED) - aliases == {"ATP_POSTGRES_PASSWORD"}


def test_production_takes_no_rates_of_a_stand_in() -> None:
    faults = Settings().production_faults()
    assert "ECB_RATES_URL points to this machine; set the provider's address" in faults
    real = Settings(ecb_rates_url="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml")
    assert not any("ECB_RATES_URL" in fault for fault in real.production_faults())
