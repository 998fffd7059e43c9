"""What every table of the config has in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from ppbillit.config.types import (
    Addresses,
    FilePath,
    HeartbeatUrl,
    Key,
    Number,
    OptionalKey,
    ShopName,
    Url,
    Whole,
    is_loopback,
    missing,
    refused,
)


class Section(BaseModel):
    """A table of the config file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
        validate_default=True,
    )


BILLIT_URLS = {
    "production": "https://api.billit.be",
    "sandbox": "https://api.sandbox.billit.be",
}
# Neither service publishes its limit; what is quicker than this is only for the emulator.
MOST_REQUESTS_PER_SECOND = 20

KEY_FILE = (
    "Instead of api_key: a file with nothing but the key in it, which you alone can read. Relative to this "
    "file; may begin with ~ and hold variables such as $CREDENTIALS_DIRECTORY."
)
PACE = "How many requests a second are made, on average."
PATIENCE = "How many seconds an answer is waited for."


class Service(Section):
    """What both services have in common; it checks only what the fields of both are called."""

    @field_validator("requests_per_second", check_fields=False)
    @classmethod
    def _not_a_flood(cls, value: float, info: ValidationInfo) -> float:
        base_url = info.data.get("base_url", "")
        if value > MOST_REQUESTS_PER_SECOND and not is_loopback(base_url):
            raise refused(f"must be at most {MOST_REQUESTS_PER_SECOND}", "2 is a safe choice")
        return value


class PlugAndPay(Service):
    """The shop, where the orders come from."""

    api_key: Key = Field(
        description="The API key of your shop. Make one in Plug&Pay under Settings > Developers; it is shown "
        "once. The webhook key on the same page is something else.",
        examples=["eyJ0eXAi…"],
    )
    api_key_file: FilePath | None = Field(default=None, description=KEY_FILE, examples=["plugandpay.key"])
    base_url: Url = Field(
        default="https://api.plugandpay.com",
        description="Where Plug&Pay's API is. Only for trying things out on the emulator.",
    )
    requests_per_second: Number = Field(default=2, gt=0, le=1000, description=PACE)
    timeout_seconds: Number = Field(default=30, gt=0, le=300, description=PATIENCE)
    shop: ShopName = Field(
        default="",
        description="A name of your own for this shop, needed only where your key may not ask for the id of "
        "the shop. It is written on every invoice, where ppbillit knows its own by it: never change it.",
        examples=["my-shop"],
    )

    @field_validator("base_url")
    @classmethod
    def _somewhere(cls, value: str) -> str:
        if not value:
            raise refused("is empty", "leave the key out to use Plug&Pay itself")
        return value


class Billit(Service):
    """The books, where the invoices go."""

    environment: Literal["production", "sandbox"] = Field(
        default="production",
        description="The real Billit, or its sandbox for trying out. Keys and company numbers of the one are "
        "unknown to the other.",
    )
    base_url: Url = Field(
        default="",
        description="Where Billit's API is; left empty, it follows from environment. "
        "Only for trying things out on the emulator.",
        examples=[BILLIT_URLS["production"]],
    )
    client_id: str = Field(
        default="",
        description="Only with OAuth, in place of api_key: the id of your own application, which Billit's support "
        "gives out. `ppbillit connect billit --oauth` then asks Billit for access, and renews it by itself.",
        examples=["my-application"],
    )
    client_secret: OptionalKey = Field(
        default=SecretStr(""), description="The secret of that application.", examples=["0a1b2c3d…"]
    )
    client_secret_file: FilePath | None = Field(
        default=None,
        description=KEY_FILE.replace("api_key", "client_secret").replace("the key", "the secret"),
        examples=["billit-application.secret"],
    )
    api_key: OptionalKey = Field(
        default=SecretStr(""),
        description="Your API key, shown by Billit under your profile > User & API. Not needed with OAuth.",
        examples=["0a1b2c3d-…"],
        json_schema_extra={"fill_in": True},
    )
    api_key_file: FilePath | None = Field(default=None, description=KEY_FILE, examples=["billit.key"])
    party_id: Whole = Field(
        gt=0,
        description="The number (PartyID) of your own company in Billit, which makes the invoices.",
        examples=[574991],
    )
    requests_per_second: Number = Field(default=2, gt=0, le=1000, description=PACE)
    timeout_seconds: Number = Field(default=30, gt=0, le=300, description=PATIENCE)

    @field_validator("base_url")
    @classmethod
    def _follows_environment(cls, value: str, info: ValidationInfo) -> str:
        environment = info.data.get("environment")  # absent when it is itself a mistake
        if not value:
            return BILLIT_URLS.get(environment or "", "")
        for name, url in BILLIT_URLS.items():
            if value == url and environment not in {None, name}:
                raise refused(f"is that of the {name} environment", f'write environment = "{name}" instead')
        return value

    @field_validator("client_secret")
    @classmethod
    def _goes_with_its_id(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        has_id = bool(info.data.get("client_id"))
        if has_id and not value.get_secret_value():
            raise missing()
        if value.get_secret_value() and not has_id:
            raise refused("stands without client_id", "write client_id too, or use api_key alone")
        return value

    @field_validator("api_key")
    @classmethod
    def _one_way_in(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        has_key = bool(value.get_secret_value())
        if has_key and info.data.get("client_id"):
            raise refused("stands beside client_id", "keep one of the two: the key, or OAuth")
        # Where client_secret is itself a mistake, it is OAuth that was meant.
        if not has_key and not info.data.get("client_id") and "client_secret" in info.data:
            raise missing()
        return value


class Payments(Section):
    """Payments, between Plug&Pay and Billit, for `sync-payments` and `sync --with-payments`."""

    to_plugandpay: bool = Field(
        default=True,
        description="Whether an order is set to paid in Plug&Pay once its invoice is paid in Billit. Plug&Pay "
        "may then do what it does for every paid order: give access, send mails.",
    )
    to_billit: bool = Field(
        default=True,
        description="Whether an invoice is marked as paid in Billit once its order is paid in Plug&Pay, also "
        "when the invoice is made. Switch it off where your bookkeeper books payments from the bank.",
    )
    reopen_reversed: bool = Field(
        default=False,
        description="Whether an invoice is marked as unpaid again in Billit when its payment was charged back in "
        "Plug&Pay. Without it you are told, and nothing is changed.",
    )


class Notify(Section):
    """Who is told how runs went, beside cron: nobody, unless you say so.

    Addresses are secrets, so this file must be yours alone.
    """

    heartbeat_url: HeartbeatUrl | None = Field(
        default=None,
        description="An address that is asked when a run begins and when it ends, and raises the alarm when that "
        "stops: the ping address of a check at healthchecks.io, or of what works like it.",
        examples=["https://hc-ping.com/your-uuid"],
    )
    urls: Addresses = Field(
        default=(),
        description="Where a message goes when an order needs you, or a run fails; each news is told once. "
        "Addresses of Apprise, which knows mail and some hundred services more. Needs the extra "
        "`ppbillit[notify]`; try them with `ppbillit notify-test`.",
        examples=[["mailto://user:password@example.com", "ntfy://your-topic"]],
    )
