"""Every setting of every process, read once from the environment at start."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
OptionalRole = Literal["atp_ops", "atp_guide_coordinator"]
SANDBOX_SECRET_PREFIX = "sandbox_"  # noqa: S105 - the mark by which production refuses a stand-in's secret
SHORTEST_DATA_KEY = 32


class Environment(StrEnum):
    """Where this process runs; only `production` refuses stand-ins and weak settings."""

    LOCAL = "local"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Settings of the API, the worker, the stand-ins and the command line.

    Each field is read from the environment variable named by its alias. The local stack sets all of
    them; on servers they come from the orchestrator. Secrets never show in a repr.
    """

    model_config = SettingsConfigDict(populate_by_name=True, extra="ignore", frozen=True)

    environment: Environment = Field(Environment.LOCAL, alias="ATP_ENV")
    data_dir: Path = Field(Path(".data"), alias="ATP_DATA_DIR")
    host: str = Field("127.0.0.1", alias="ATP_HOST")
    """Where servers listen: loopback, unless a container says otherwise."""
    http_port: int = Field(8080, alias="ATP_HTTP_PORT")
    worker_port: int = Field(8070, alias="ATP_WORKER_PORT")
    """Where the worker answers `GET /health`, on loopback."""
    sandbox_port: int = Field(8090, alias="ATP_SANDBOX_PORT")
    temporal_port: int = Field(7233, alias="ATP_TEMPORAL_PORT")
    temporal_ui_port: int = Field(8233, alias="ATP_TEMPORAL_UI_PORT")
    postgres_port: int = Field(5433, alias="ATP_POSTGRES_PORT")

    database_url: SecretStr = Field(
        SecretStr("postgresql://postgres@127.0.0.1:5433/asiatravelplan"), alias="DATABASE_URL"
    )
    temporal_address: str = Field("127.0.0.1:7233", alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field("default", alias="TEMPORAL_NAMESPACE")
    temporal_ui_url: str = Field("http://127.0.0.1:8233", alias="TEMPORAL_UI_URL")
    task_queue_prefix: str = Field("", alias="ATP_TASK_QUEUE_PREFIX")
    """Set by tests, so that many stacks can share one Temporal server."""

    public_url: str = Field("http://127.0.0.1:8080", alias="ATP_PUBLIC_URL")
    sandbox_url: str = Field("http://127.0.0.1:8090", alias="ATP_SANDBOX_URL")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field((), alias="ATP_ALLOWED_ORIGINS")
    """Origins of the existing website and its pages: CORS with credentials, and return_to."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field((), alias="ATP_TRUSTED_PROXIES")
    """Addresses whose X-Forwarded-For is believed."""
    rate_limit: str = Field("60/minute", alias="ATP_RATE_LIMIT")
    """Public endpoints, per client: `<count>/<second|minute|hour>`; `off` outside production."""
    link_secret: SecretStr = Field(SecretStr("sandbox_link_secret"), alias="ATP_LINK_SECRET")
    """Key from which the tokens of customers', suppliers' and guides' links are derived."""
    data_keys: SecretStr = Field(
        SecretStr("sandbox_data_key_of_no_importance"), alias="ATP_DATA_KEYS"
    )
    """Keys of what is sealed in the database, such as bank data: comma-separated, the one in use
    first, then older ones that still open what they sealed."""

    stripe_api_key: SecretStr = Field(SecretStr("sandbox_stripe_key"), alias="STRIPE_API_KEY")
    stripe_webhook_secret: SecretStr = Field(
        SecretStr("sandbox_stripe_webhook_secret"), alias="STRIPE_WEBHOOK_SECRET"
    )
    stripe_api_base: str = Field("http://127.0.0.1:8090/stripe", alias="STRIPE_API_BASE")

    postmark_server_token: SecretStr = Field(
        SecretStr("sandbox_postmark_token"), alias="POSTMARK_SERVER_TOKEN"
    )
    postmark_api_base: str = Field("http://127.0.0.1:8090/postmark", alias="POSTMARK_API_BASE")
    postmark_webhook_user: str = Field("postmark", alias="POSTMARK_WEBHOOK_USER")
    postmark_webhook_password: SecretStr = Field(
        SecretStr("sandbox_postmark_webhook_password"), alias="POSTMARK_WEBHOOK_PASSWORD"
    )
    mail_from: str = Field("AsiaTravelPlan <trips@asiatravelplan.example>", alias="ATP_MAIL_FROM")
    inbound_mail_domain: str = Field("", alias="ATP_INBOUND_MAIL_DOMAIN")
    """Domain whose mail Postmark takes in for us; without one our mails name no reply address."""

    twilio_account_sid: str = Field(
        "AC5a4db000000000000000000000000000", alias="TWILIO_ACCOUNT_SID"
    )
    twilio_auth_token: SecretStr = Field(
        SecretStr("sandbox_twilio_token"), alias="TWILIO_AUTH_TOKEN"
    )
    twilio_api_base: str = Field("http://127.0.0.1:8090/twilio", alias="TWILIO_API_BASE")
    twilio_whatsapp_from: str = Field("whatsapp:+14155238886", alias="TWILIO_WHATSAPP_FROM")
    twilio_sms_from: str = Field("+15005550006", alias="TWILIO_SMS_FROM")

    turnstile_secret: SecretStr = Field(
        SecretStr("sandbox_turnstile_secret"), alias="TURNSTILE_SECRET"
    )
    turnstile_verify_url: str = Field(
        "http://127.0.0.1:8090/turnstile/v0/siteverify", alias="TURNSTILE_VERIFY_URL"
    )
    turnstile_site_key: str = Field("sandbox_turnstile_site_key", alias="TURNSTILE_SITE_KEY")
    """Public key of the widget on the enquiry form."""
    turnstile_script_url: str = Field(
        "http://127.0.0.1:8090/turnstile/v0/api.js", alias="TURNSTILE_SCRIPT_URL"
    )
    ecb_rates_url: str = Field(
        "http://127.0.0.1:8090/ecb/stats/eurofxref/eurofxref-daily.xml", alias="ECB_RATES_URL"
    )
    """Where exchange rates come from, in the European Central Bank's format `eurofxref`."""
    captcha_required: bool = Field(default=False, alias="ATP_CAPTCHA_REQUIRED")

    oidc_issuer: str = Field("http://127.0.0.1:8090/oidc", alias="OIDC_ISSUER")
    oidc_client_id: str = Field("asiatravelplan", alias="OIDC_CLIENT_ID")
    oidc_client_secret: SecretStr = Field(
        SecretStr("sandbox_oidc_secret"), alias="OIDC_CLIENT_SECRET"
    )
    oidc_audience: str = Field("", alias="OIDC_AUDIENCE")
    """For whom bearer tokens must be (Auth0: the API's identifier); empty is the client id."""
    oidc_roles_claim: str = Field("", alias="OIDC_ROLES_CLAIM")
    """A further claim that lists roles, such as Auth0's `https://<domain>/roles`."""
    session_idle_minutes: int = Field(30, ge=1, le=480, alias="ATP_SESSION_IDLE_MINUTES")
    """After so long without use a login ends; after 8 hours it does in any case."""
    optional_roles: Annotated[tuple[OptionalRole, ...], NoDecode] = Field(
        (), alias="ATP_OPTIONAL_ROLES"
    )
    """Roles beyond the usual four that grant something: `atp_ops`, `atp_guide_coordinator`."""

    attachment_bytes: int = Field(10 << 20, alias="ATP_ATTACHMENT_BYTES", gt=0, le=100 << 20)
    """The largest file that staff may keep with a booking."""
    chromium_path: str = Field("", alias="ATP_CHROMIUM")
    """Path of a headless Chromium; empty means look in Playwright's cache, then on PATH."""
    log_level: str = Field("INFO", alias="ATP_LOG_LEVEL")

    @model_validator(mode="before")
    @classmethod
    def split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        """Reads comma-separated lists, the form in which orchestrators pass them."""
        for name in (
            "ATP_ALLOWED_ORIGINS",
            "ATP_TRUSTED_PROXIES",
            "ATP_OPTIONAL_ROLES",
            "allowed_origins",
            "trusted_proxies",
            "optional_roles",
        ):
            value = values.get(name)
            if isinstance(value, str):
                values[name] = tuple(part.strip() for part in value.split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def refuse_unsafe_production(self) -> Self:
        """Production never starts with a stand-in's address or secret, nor without its guards."""
        if self.environment is Environment.PRODUCTION and (faults := self.production_faults()):
            raise ValueError("not fit for production: " + "; ".join(faults))
        return self

    def production_faults(self) -> list[str]:
        """Sentences that say which settings must change before this may run in production."""
        faults = [
            f"{alias} is missing or a stand-in's; set the real one"
            for alias, secret in self._credentials().items()
            if not secret or secret.startswith(SANDBOX_SECRET_PREFIX)
        ]
        faults += [
            f"{alias} points to this machine; set the provider's address"
            for alias, url in self._provider_addresses().items()
            if (urlsplit(url).hostname or "") in LOOPBACK_HOSTS
        ]
        if any(
            key.startswith(SANDBOX_SECRET_PREFIX) or len(key) < SHORTEST_DATA_KEY
            for key in self.data_key_list
        ):
            faults.append(
                "ATP_DATA_KEYS has a stand-in's key or one of less than "
                f"{SHORTEST_DATA_KEY} characters; set keys of your own"
            )
        if self.rate_limit == "off":
            faults.append("ATP_RATE_LIMIT is off; set a limit such as 60/minute")
        if not self.captcha_required:
            faults.append("ATP_CAPTCHA_REQUIRED is off; turn it on")
        faults += [
            f"{alias} is one of the provider's dummies; set the real one"
            for alias, value in self._credentials().items()
            if alias.startswith("TURNSTILE") and value[:2] in {"1x", "2x", "3x"}
        ]
        if not self.public_url.startswith("https://"):
            faults.append("ATP_PUBLIC_URL must begin with https://")
        return faults

    @property
    def async_database_url(self) -> str:
        """The database's address in SQLAlchemy's form for the asynchronous psycopg driver."""
        url = self.database_url.get_secret_value()
        scheme, _, rest = url.partition("://")
        return url if "+" in scheme else f"postgresql+psycopg://{rest}"

    @property
    def data_key_list(self) -> tuple[str, ...]:
        """The keys of sealed facts, the one in use first."""
        keys = self.data_keys.get_secret_value().split(",")
        return tuple(key.strip() for key in keys if key.strip())

    def _credentials(self) -> dict[str, str]:
        return {
            "STRIPE_API_KEY": self.stripe_api_key.get_secret_value(),
            "STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret.get_secret_value(),
            "POSTMARK_SERVER_TOKEN": self.postmark_server_token.get_secret_value(),
            "POSTMARK_WEBHOOK_PASSWORD": self.postmark_webhook_password.get_secret_value(),
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value(),
            "TURNSTILE_SECRET": self.turnstile_secret.get_secret_value(),
            "TURNSTILE_SITE_KEY": self.turnstile_site_key,
            "OIDC_CLIENT_SECRET": self.oidc_client_secret.get_secret_value(),
            "ATP_LINK_SECRET": self.link_secret.get_secret_value(),
            "ATP_DATA_KEYS": self.data_keys.get_secret_value(),
        }

    def _provider_addresses(self) -> dict[str, str]:
        return {
            "STRIPE_API_BASE": self.stripe_api_base,
            "POSTMARK_API_BASE": self.postmark_api_base,
            "TWILIO_API_BASE": self.twilio_api_base,
            "TURNSTILE_VERIFY_URL": self.turnstile_verify_url,
            "TURNSTILE_SCRIPT_URL": self.turnstile_script_url,
            "OIDC_ISSUER": self.oidc_issuer,
            "ECB_RATES_URL": self.ecb_rates_url,
        }
