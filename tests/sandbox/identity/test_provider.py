"""The stand-in does what OpenID Connect, Keycloak and Auth0 do, and refuses what they refuse."""

from pathlib import Path

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.identity.demo_staff import BY_USERNAME, DEMO_STAFF
from sandbox.identity.memory import IdentityMemory
from tests.support.identity import (
    VERIFIER,
    WEBSITE,
    RunningProvider,
    challenge_of,
    log_in,
    query_of,
    serve_provider,
)


def keys_of(provider: RunningProvider) -> KeySet:
    return KeySet.import_key_set(httpx2.get(f"{provider.issuer}/jwks").json())


def code_for(provider: RunningProvider, username: str = "linh") -> str:
    with httpx2.Client() as browser:
        return query_of(log_in(browser, provider.authorize(browser), username))["code"]


def test_discovery_names_the_issuer_and_only_addresses_below_it(provider: RunningProvider) -> None:
    document = httpx2.get(f"{provider.issuer}/.well-known/openid-configuration").json()
    assert document["issuer"] == provider.issuer
    addresses = [value for name, value in document.items() if name.endswith(("endpoint", "uri"))]
    assert len(addresses) == 5
    assert all(address.startswith(f"{provider.issuer}/") for address in addresses)
    assert document["code_challenge_methods_supported"] == ["S256"]


def test_a_login_ends_with_signed_tokens_of_the_person(provider: RunningProvider) -> None:
    with httpx2.Client() as browser:
        back = log_in(browser, provider.authorize(browser), "linh")
    assert back.status_code == 303
    assert back.headers["location"].startswith(provider.callback)
    assert query_of(back)["state"] == "the-state"
    tokens = provider.exchange(query_of(back)["code"]).json()
    claims = jwt.decode(tokens["id_token"], keys_of(provider), algorithms=["RS256"]).claims
    person = BY_USERNAME["linh"]
    assert claims["iss"] == provider.issuer
    assert claims["aud"] == [provider.settings.oidc_client_id]
    assert claims["nonce"] == "the-nonce"
    assert claims["sub"] == person.sub
    assert claims["preferred_username"] == "linh"
    assert claims["name"] == person.name
    assert claims["email"] == person.email
    assert claims["realm_access"] == {"roles": ["atp_staff"]}
    access = jwt.decode(tokens["access_token"], keys_of(provider), algorithms=["RS256"])
    assert access.header["typ"] == "at+jwt"
    assert access.claims["aud"] == [provider.settings.oidc_client_id]
    assert "nonce" not in access.claims


def test_userinfo_answers_to_an_access_token_only(provider: RunningProvider) -> None:
    tokens = provider.exchange(code_for(provider)).json()
    url = f"{provider.issuer}/userinfo"
    good = httpx2.get(url, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert good.json()["preferred_username"] == "linh"
    for wrong in (f"Bearer {tokens['id_token']}", "Bearer x.y.z", "Basic abc", ""):
        refused = httpx2.get(url, headers={"Authorization": wrong})
        assert refused.status_code == 401
        assert "invalid_token" in refused.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "dance"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_sent_back_with_its_error(
    provider: RunningProvider, changes: dict[str, str | None], error: str
) -> None:
    with httpx2.Client() as browser:
        back = provider.authorize(browser, **changes)
    assert query_of(back)["error"] == error
    assert query_of(back)["state"] == "the-state"


@pytest.mark.parametrize(
    "changes", [{"client_id": "someone"}, {"redirect_uri": "https://evil.example/auth/callback"}]
)
def test_an_unknown_client_or_address_gets_a_page_and_no_redirect(
    provider: RunningProvider, changes: dict[str, str]
) -> None:
    with httpx2.Client() as browser:
        answer = provider.authorize(browser, **changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_code_is_good_once(provider: RunningProvider) -> None:
    code = code_for(provider)
    assert provider.exchange(code).status_code == 200
    again = provider.exchange(code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "another-verifier-that-is-long-enough-for-a-real-one"},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:8080/elsewhere"},
        {"code": "unknown"},
    ],
)
def test_a_code_without_its_proof_is_refused(
    provider: RunningProvider, changes: dict[str, str]
) -> None:
    answer = provider.exchange(**{"code": code_for(provider), **changes})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_the_client_authenticates_by_header_or_form(provider: RunningProvider) -> None:
    settings = provider.settings
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": provider.callback,
        "code_verifier": VERIFIER,
        "client_id": settings.oidc_client_id,
    }
    url = f"{provider.issuer}/token"
    secret = settings.oidc_client_secret.get_secret_value()
    posted = form | {"code": code_for(provider), "client_secret": secret}
    assert httpx2.post(url, data=posted).status_code == 200
    wrong = form | {"code": code_for(provider), "client_secret": "guess"}
    refused = httpx2.post(url, data=wrong)
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    basic = httpx2.post(url, data=form, auth=(settings.oidc_client_id, "guess"))
    assert basic.status_code == 401
    assert httpx2.post(url, data=posted | {"grant_type": "password"}).status_code == 400


def test_a_wrong_password_shows_the_form_again(provider: RunningProvider) -> None:
    with httpx2.Client() as browser:
        form = provider.authorize(browser)
        again = log_in(browser, form, "linh", "guess")
        assert 'role="alert"' in again.text
        assert log_in(browser, again, "linh").status_code == 303
        assert log_in(browser, form, "nobody", "guess").status_code == 200


def test_an_unknown_login_says_to_start_again(provider: RunningProvider) -> None:
    answer = httpx2.post(f"{provider.issuer}/login", data={"request": "x", "username": "linh"})
    assert answer.status_code == 400
    assert "expired" in answer.text


def test_the_login_page_offers_every_person_of_the_demo(provider: RunningProvider) -> None:
    with httpx2.Client() as browser:
        page = provider.authorize(browser)
    assert all(person.name in page.text for person in DEMO_STAFF)
    policy = page.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert f"form-action 'self' {provider.settings.public_url} {WEBSITE}" in policy
    assert "<script" not in page.text
    assert " style=" not in page.text


def test_who_is_logged_in_is_not_asked_again_unless_the_client_wants_it(
    provider: RunningProvider,
) -> None:
    with httpx2.Client() as browser:
        log_in(browser, provider.authorize(browser), "marie")
        assert "code" in query_of(provider.authorize(browser))
        assert "code" in query_of(provider.authorize(browser, prompt="none"))
        assert provider.authorize(browser, prompt="login").status_code == 200
        assert provider.authorize(browser, prompt="select_account").status_code == 200


def test_logging_out_ends_the_session_and_leads_back_to_our_own_addresses_only(
    provider: RunningProvider,
) -> None:
    with httpx2.Client() as browser:
        log_in(browser, provider.authorize(browser), "marie")
        url = f"{provider.issuer}/logout"
        away = browser.get(
            url, params={"post_logout_redirect_uri": f"{WEBSITE}/bye?a=1", "state": "s"}
        )
        assert away.headers["location"] == f"{WEBSITE}/bye?a=1&state=s"
        assert query_of(provider.authorize(browser, prompt="none"))["error"] == "login_required"
        stay = browser.get(url, params={"post_logout_redirect_uri": "https://evil.example/"})
        assert (stay.status_code, "location" in stay.headers) == (200, False)


def test_a_rotated_key_signs_and_the_old_one_stays_published_for_a_while(
    provider: RunningProvider,
) -> None:
    old = provider.exchange(code_for(provider)).json()["id_token"]
    provider.rotate_keys()
    new = provider.exchange(code_for(provider)).json()["id_token"]
    keys = keys_of(provider)
    assert len(keys.keys) == 2
    headers = [jwt.decode(token, keys, algorithms=["RS256"]).header for token in (old, new)]
    assert headers[0]["kid"] != headers[1]["kid"]
    assert all("d" not in key for key in httpx2.get(f"{provider.issuer}/jwks").json()["keys"])
    provider.rotate_keys(forget=True)
    assert len(keys_of(provider).keys) == 1


def test_keys_codes_and_sessions_survive_a_restart(tmp_path: Path) -> None:
    with httpx2.Client() as browser:
        with serve_provider(tmp_path) as before:
            code = query_of(log_in(browser, before.authorize(browser), "duc"))["code"]
            keys = httpx2.get(f"{before.issuer}/jwks").json()
            port = int(before.issuer.split(":")[2].split("/")[0])
        with serve_provider(tmp_path, port) as after:
            assert httpx2.get(f"{after.issuer}/jwks").json() == keys
            assert after.exchange(code).status_code == 200
            assert "code" in query_of(after.authorize(browser, prompt="none"))


def test_an_old_code_is_refused(provider: RunningProvider) -> None:
    code = code_for(provider)
    memory = IdentityMemory(provider.state_dir / "identity.sqlite3")
    memory.connection.execute("UPDATE secrets SET expires_at = expires_at - 61")
    assert provider.exchange(code).json() == {"error": "invalid_grant"}


def test_a_form_that_is_none_is_refused(provider: RunningProvider) -> None:
    for path in ("token", "login"):
        answer = httpx2.post(f"{provider.issuer}/{path}", content=b"\xff\xfe")
        assert answer.status_code == 400


def test_demo_staff_covers_every_role_and_three_different_consultants() -> None:
    roles = [person.roles for person in DEMO_STAFF]
    assert roles.count(("atp_staff",)) == 3
    for role in ("atp_manager", "atp_admin", "atp_accountant"):
        assert (role,) in roles
    assert () in roles
    consultants = [person for person in DEMO_STAFF if person.roles == ("atp_staff",)]
    assert len({person.destinations for person in consultants}) == 3
    assert len({person.languages for person in consultants}) == 3
    assert challenge_of("x") != challenge_of("y")
