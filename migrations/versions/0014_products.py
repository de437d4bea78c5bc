"""What is known of partners, contracts and rate cards by version, rows of rates."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
EMPTY = sa.text("''")
MOMENT = sa.TIMESTAMP(timezone=True)
TEXTS_OF_A_PARTNER = (
    "legal_name",
    "registration_number",
    "tax_number",
    "address",
    "website",
    "notes",
)
ENTRIES_OF_A_CARD = ("children", "closures", "offers", "cancellation", "allotments")
COLUMNS_OF_A_CARD = (
    "series_id",
    "version",
    "current",
    "contract_id",
    "kind",
    "basis",
    "nightly",
    "capacity",
    "commission_percent",
    "tax_percent",
    "tax_included",
    *ENTRIES_OF_A_CARD,
    "change_note",
    "created_by",
    "created_at",
)


def upgrade() -> None:
    _widen_partners()
    _make_parts_of_partners()
    _make_contracts()
    _widen_cards()
    _make_rows()
    _make_imports()
    _carry_over()
    _guard()
    with op.get_context().autocommit_block():
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_quote_lines_rate_card_id "
            "ON quote_lines (rate_card_id)"
        )


def downgrade() -> None:
    op.execute("DROP INDEX ix_quote_lines_rate_card_id")
    # A card that no quote names and that has a newer version is nothing to the older release.
    op.execute("DROP TRIGGER rate_cards_guard ON rate_cards")
    op.execute("DROP TRIGGER rate_cards_series ON rate_cards")
    op.execute("DROP TRIGGER rate_card_rows_guard ON rate_card_rows")
    op.execute("DROP TRIGGER partner_contracts_guard ON partner_contracts")
    for function in ("guard_rate_card", "guard_rate_card_row", "guard_contract", "begin_series"):
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_table("rate_imports")
    op.drop_table("rate_card_rows")
    op.drop_index(op.f("ix_rate_cards_contract_id"), table_name="rate_cards")
    op.drop_index("uq_rate_cards_one_current", table_name="rate_cards")
    op.drop_constraint(op.f("uq_rate_cards_series_id_version"), "rate_cards")
    for column in COLUMNS_OF_A_CARD:
        op.drop_column("rate_cards", column)
    for table in (
        "partner_contracts",
        "partner_bank_data",
        "partner_risk_flags",
        "partner_licences",
        "partner_contacts",
    ):
        op.drop_table(table)
    for column in (*TEXTS_OF_A_PARTNER, "country", "revision", "updated_at"):
        op.drop_column("partners", column)


def _text(name: str, *, default: str | None = None, nullable: bool = False) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(f"'{default}'")
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=server_default)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=nullable, server_default=None if nullable else NOW)


def _widen_partners() -> None:
    for name in TEXTS_OF_A_PARTNER:
        op.add_column("partners", _text(name, default=""))
    op.add_column("partners", sa.Column("country", sa.Text()))
    op.add_column(
        "partners", sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.add_column("partners", _moment("updated_at"))


def _of_partner(table: str) -> tuple[Any, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f(f"fk_{table}_partner_id_partners")
        ),
    )


def _make_parts_of_partners() -> None:
    op.create_table(
        "partner_contacts",
        _text("id"),
        _text("partner_id"),
        _text("name"),
        _text("role"),
        _text("email", nullable=True),
        _text("phone", nullable=True),
        _text("created_by"),
        _moment("created_at"),
        sa.CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="can_be_reached"),
        *_of_partner("partner_contacts"),
    )
    op.create_table(
        "partner_licences",
        _text("id"),
        _text("partner_id"),
        _text("name"),
        _text("number"),
        sa.Column("expires_on", sa.Date(), nullable=False),
        _text("created_by"),
        _moment("created_at"),
        *_of_partner("partner_licences"),
    )
    op.create_table(
        "partner_risk_flags",
        _text("id"),
        _text("partner_id"),
        _text("kind"),
        _text("reason"),
        _text("created_by"),
        _moment("created_at"),
        _text("cleared_by", nullable=True),
        _moment("cleared_at", nullable=True),
        *_of_partner("partner_risk_flags"),
    )
    for table in ("partner_contacts", "partner_licences", "partner_risk_flags"):
        op.create_index(op.f(f"ix_{table}_partner_id"), table, ["partner_id"])
    op.create_table(
        "partner_bank_data",
        _text("partner_id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _text("updated_by"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_partner_bank_data")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_bank_data_partner_id_partners")
        ),
    )


def _make_contracts() -> None:
    op.create_table(
        "partner_contracts",
        _text("id"),
        _text("series_id"),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("current", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        _text("partner_id"),
        _text("title"),
        _text("reference", default=""),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _text("payment_terms", default=""),
        _text("notes", default=""),
        _text("created_by"),
        _moment("created_at"),
        sa.CheckConstraint("valid_from <= valid_to", name="validity_in_order"),
        sa.UniqueConstraint(
            "series_id", "version", name=op.f("uq_partner_contracts_series_id_version")
        ),
        *_of_partner("partner_contracts"),
    )
    op.create_index(op.f("ix_partner_contracts_partner_id"), "partner_contracts", ["partner_id"])
    op.create_index(
        "uq_partner_contracts_one_current",
        "partner_contracts",
        ["series_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )


def _widen_cards() -> None:
    flag: dict[str, Any] = {"nullable": False, "server_default": sa.text("true")}
    none: dict[str, Any] = {"nullable": False, "server_default": sa.text("0")}
    columns: list[sa.Column[Any]] = [
        sa.Column("series_id", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("current", sa.Boolean(), **flag),
        sa.Column("contract_id", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'ACTIVITY'")),
        sa.Column("basis", sa.Text(), nullable=False, server_default=sa.text("'UNIT'")),
        sa.Column("nightly", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("capacity", sa.Integer()),
        sa.Column("commission_percent", sa.Numeric(5, 2), **none),
        sa.Column("tax_percent", sa.Numeric(5, 2), **none),
        sa.Column("tax_included", sa.Boolean(), **flag),
        *(
            sa.Column(
                name, postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")
            )
            for name in ENTRIES_OF_A_CARD
        ),
        sa.Column("change_note", sa.Text(), nullable=False, server_default=EMPTY),
        sa.Column("created_by", sa.Text(), nullable=False, server_default=sa.text("'system'")),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
    ]
    for column in columns:
        op.add_column("rate_cards", column)
    op.execute("UPDATE rate_cards SET series_id = id")
    op.alter_column("rate_cards", "series_id", nullable=False)
    op.create_unique_constraint(
        op.f("uq_rate_cards_series_id_version"), "rate_cards", ["series_id", "version"]
    )
    op.create_index(
        "uq_rate_cards_one_current",
        "rate_cards",
        ["series_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_foreign_key(
        op.f("fk_rate_cards_contract_id_partner_contracts"),
        "rate_cards",
        "partner_contracts",
        ["contract_id"],
        ["id"],
    )
    op.create_index(op.f("ix_rate_cards_contract_id"), "rate_cards", ["contract_id"])


def _make_rows() -> None:
    op.create_table(
        "rate_card_rows",
        _text("id"),
        _text("rate_card_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("season"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.ARRAY(sa.SmallInteger()), nullable=False),
        _text("option", default=""),
        _text("meals", nullable=True),
        sa.Column("pax_from", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("pax_to", sa.Integer()),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("single_minor", sa.BigInteger()),
        sa.Column("triple_minor", sa.BigInteger()),
        sa.Column("extra_bed_minor", sa.BigInteger()),
        sa.Column("min_nights", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("first_on <= last_on", name="days_in_order"),
        sa.CheckConstraint("pax_to IS NULL OR pax_from <= pax_to", name="sizes_in_order"),
        sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_card_rows")),
        sa.ForeignKeyConstraint(
            ["rate_card_id"],
            ["rate_cards.id"],
            ondelete="CASCADE",
            name=op.f("fk_rate_card_rows_rate_card_id_rate_cards"),
        ),
        sa.UniqueConstraint(
            "rate_card_id", "number", name=op.f("uq_rate_card_rows_rate_card_id_number")
        ),
    )


def _make_imports() -> None:
    op.create_table(
        "rate_imports",
        _text("id"),
        _text("rate_card_id"),
        _text("file_name"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _text("sha256"),
        _text("created_by"),
        _moment("created_at"),
        _text("applied_card_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_imports")),
        sa.ForeignKeyConstraint(
            ["rate_card_id"],
            ["rate_cards.id"],
            name=op.f("fk_rate_imports_rate_card_id_rate_cards"),
        ),
        sa.ForeignKeyConstraint(
            ["applied_card_id"],
            ["rate_cards.id"],
            name=op.f("fk_rate_imports_applied_card_id_rate_cards"),
        ),
    )
    for column in ("rate_card_id", "applied_card_id"):
        op.create_index(op.f(f"ix_rate_imports_{column}"), "rate_imports", [column])


def _carry_over() -> None:
    """Flat rates become cards with one row, under one contract for each partner that has some."""
    op.execute(
        """
        INSERT INTO partner_contracts (id, series_id, partner_id, title, valid_from, valid_to,
                                       created_by)
        SELECT id, id, partner_id, 'Rates as agreed', first_on, last_on, 'system'
          FROM (SELECT 'contract_' || gen_random_uuid() AS id, partner_id,
                       min(valid_from) AS first_on, max(valid_to) AS last_on
                  FROM rate_cards GROUP BY partner_id) AS flat
        """
    )
    op.execute(
        """
        UPDATE rate_cards AS card
           SET contract_id = contract.id, kind = partner.kind,
               nightly = card.unit = 'room night',
               capacity = CASE WHEN card.unit = 'room night' THEN 2 END,
               basis = CASE card.unit WHEN 'person' THEN 'PERSON' WHEN 'room night' THEN 'ROOM'
                       WHEN 'vehicle' THEN 'VEHICLE' WHEN 'group' THEN 'GROUP' ELSE 'UNIT' END
          FROM partner_contracts AS contract, partners AS partner
         WHERE contract.partner_id = card.partner_id AND partner.id = card.partner_id
        """
    )
    op.execute(
        """
        INSERT INTO rate_card_rows (id, rate_card_id, number, season, first_on, last_on, weekdays,
                                    price_minor)
        SELECT 'raterow_' || gen_random_uuid(), id, 1, 'All year', valid_from, valid_to,
               '{1,2,3,4,5,6,7}', cost_minor
          FROM rate_cards
        """
    )


def _guard() -> None:
    op.execute(
        """
        CREATE FUNCTION begin_series() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.series_id := coalesce(NEW.series_id, NEW.id);
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER rate_cards_series BEFORE INSERT ON rate_cards "
        "FOR EACH ROW EXECUTE FUNCTION begin_series()"
    )
    op.execute(
        """
        CREATE FUNCTION guard_rate_card() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                NEW.current := OLD.current;
                IF NEW IS NOT DISTINCT FROM OLD THEN
                    RETURN NULL;
                END IF;
            END IF;
            -- Whoever writes a quote line shares this row; so one of the two waits for the other.
            PERFORM FROM rate_cards WHERE id = OLD.id FOR UPDATE;
            IF EXISTS (SELECT FROM quote_lines WHERE rate_card_id = OLD.id) THEN
                RAISE EXCEPTION 'rate card % is named by a quote and never changes: '
                    'what is agreed anew is its next version', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER rate_cards_guard AFTER UPDATE OR DELETE ON rate_cards "
        "FOR EACH ROW EXECUTE FUNCTION guard_rate_card()"
    )
    op.execute(
        """
        CREATE FUNCTION guard_rate_card_row() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            card text := CASE WHEN TG_OP = 'DELETE' THEN OLD.rate_card_id ELSE NEW.rate_card_id END;
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NULL;
            END IF;
            PERFORM FROM rate_cards WHERE id = card FOR UPDATE;
            IF EXISTS (SELECT FROM quote_lines WHERE rate_card_id = card) THEN
                RAISE EXCEPTION 'rate card % is named by a quote and never changes: '
                    'what is agreed anew is its next version', card
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER rate_card_rows_guard AFTER INSERT OR UPDATE OR DELETE ON rate_card_rows "
        "FOR EACH ROW EXECUTE FUNCTION guard_rate_card_row()"
    )
    op.execute(
        """
        CREATE FUNCTION guard_contract() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.current := OLD.current;
            IF NEW IS DISTINCT FROM OLD
               AND EXISTS (SELECT FROM rate_cards WHERE contract_id = OLD.id) THEN
                RAISE EXCEPTION 'contract % is in use and never changes: '
                    'what is agreed anew is its next version', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER partner_contracts_guard AFTER UPDATE ON partner_contracts "
        "FOR EACH ROW EXECUTE FUNCTION guard_contract()"
    )
