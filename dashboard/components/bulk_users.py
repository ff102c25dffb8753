"""A change for many licensed users as a form: what is done, the verdict on each, and what was done."""

from collections.abc import Mapping

import streamlit as st

from dashboard import errors, navigation
from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.seat_pools import free_of, fresh, told
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.seat_bulk import BulkDone
from services.permissions import Actor
from services.queries.licensed_users import user_choices
from services.queries.seat_bulk import BulkRequest, SeatDeed, SeatsPreview, SeatVerdict, preview_bulk
from services.queries.seats import SeatPool, SeatSheet
from services.queries.user_groups import user_groups
from services.words.labels import enum_words

_SUBSCRIPTION = (SeatDeed.ASSIGN, SeatDeed.INVITE, SeatDeed.RELEASE, SeatDeed.MOVE)
_TEXTS = (SeatDeed.DEPARTMENT, SeatDeed.COST_CENTRE, SeatDeed.MANAGER)
_GROUPS = (SeatDeed.JOIN, SeatDeed.LEAVE)


def draw_deed(actor: Actor, sheet: SeatSheet, user_ids: tuple[int, ...], pasted: str) -> BulkRequest | None:
    """What is to be done with them; None while something is missing, which is said."""
    named = enum_words("SeatDeed", words())
    deeds = [deed for deed in SeatDeed if deed not in _SUBSCRIPTION or sheet.pools]
    if not _movable(sheet):
        deeds.remove(SeatDeed.MOVE) if SeatDeed.MOVE in deeds else None
    deed = SeatDeed(
        st.selectbox(_("What is done"), [d.value for d in deeds], format_func=named.__getitem__, key="many_deed")
    )
    if deed in _SUBSCRIPTION:
        return _draw_seats(sheet, deed, user_ids, pasted)
    if deed in _GROUPS:
        return _draw_group(actor, sheet, deed, user_ids, pasted)
    if deed in _TEXTS:
        return _draw_text(actor, sheet, deed, user_ids, pasted)
    st.caption(_("All their seats are released, and they have no access any more. It can be undone for 7 days."))
    return BulkRequest(sheet.account_id, deed, user_ids, pasted)


def _movable(sheet: SeatSheet) -> list[SeatPool]:
    """Subscriptions with another one of the same product."""
    products = [pool.product for pool in sheet.pools]
    return [pool for pool in sheet.pools if products.count(pool.product) > 1]


def _draw_seats(sheet: SeatSheet, deed: SeatDeed, user_ids: tuple[int, ...], pasted: str) -> BulkRequest:
    is_move = deed is SeatDeed.MOVE
    label = _("From subscription") if is_move else _("Subscription")
    source = _draw_pool(label, _movable(sheet) if is_move else list(sheet.pools), "many_subscription")
    target = 0
    if is_move:
        others = [p for p in sheet.pools if p.product == source.product and p is not source]
        target = _draw_pool(_("To subscription"), others, f"many_target_{source.subscription_id}").subscription_id
    if deed is SeatDeed.INVITE:
        st.caption(_("Each gets an invitation by mail. The seat counts as assigned until it is accepted or withdrawn."))
    return BulkRequest(sheet.account_id, deed, user_ids, pasted, subscription_id=source.subscription_id, target=target)


def _draw_pool(label: str, pools: list[SeatPool], key: str) -> SeatPool:
    by_id = {str(pool.subscription_id): pool for pool in pools}
    named = {code: _named(pool, pools) for code, pool in by_id.items()}
    return by_id[st.selectbox(label, list(by_id), format_func=named.__getitem__, key=key)]


def _named(pool: SeatPool, pools: list[SeatPool]) -> str:
    """Product, plan and free seats; the order's number only where that does not tell it apart."""
    name = f"{pool.product_name} {pool.plan_name} · {free_of(pool.free)}"
    same = [one for one in pools if (one.product, one.plan_name) == (pool.product, pool.plan_name)]
    return f"{name} · {pool.reference}" if len(same) > 1 else name


def _draw_group(
    actor: Actor, sheet: SeatSheet, deed: SeatDeed, user_ids: tuple[int, ...], pasted: str
) -> BulkRequest | None:
    groups: Mapping[str, str] = {str(row.group_id): row.name for row in user_groups(actor, sheet.account_id)}
    if not groups:
        st.caption(_("The account has no groups yet."))
        navigation.link(_("Groups"), "seats/groups", icon=":material/groups:", account=sheet.account_id)
        return None
    group = st.selectbox(_("Group"), list(groups), format_func=groups.__getitem__, key="many_group")
    return BulkRequest(sheet.account_id, deed, user_ids, pasted, group_id=int(group))


def _draw_text(actor: Actor, sheet: SeatSheet, deed: SeatDeed, user_ids: tuple[int, ...], pasted: str) -> BulkRequest:
    choices = user_choices(actor, sheet.account_id, today=today())
    known, label = {
        SeatDeed.DEPARTMENT: (choices.departments, _("Department")),
        SeatDeed.COST_CENTRE: (choices.cost_centres, _("Cost centre")),
        SeatDeed.MANAGER: (choices.managers, _("Manager")),
    }[deed]
    text = st.selectbox(
        label,
        list(known),
        index=None,
        accept_new_options=True,
        placeholder=_("Choose or type; empty clears it"),
        key=fresh(f"many_{deed.value}"),
    )
    return BulkRequest(sheet.account_id, deed, user_ids, pasted, text=text or "")


def draw_preview(actor: Actor, request: BulkRequest) -> SeatsPreview | None:
    """The verdict on each, who will be changed first; None where the list has faults, which are said."""
    with errors.shown() as outcome:
        preview = preview_bulk(actor, request, today=today())
    if not outcome.ok:
        return None
    _draw_figures(preview, request)
    if preview.needed > preview.free:
        st.error(
            plain(
                _(
                    "{needed} seats are needed and {free} are free. Release seats, shorten the list, or add seats to "
                    "the subscription.",
                    needed=preview.needed,
                    free=preview.free,
                )
            )
        )
    columns = [
        Column("name", _("Name"), width=240),
        Column("email", _("Email"), width=300),
        Column("verdict", _("Verdict"), Kind.STATUS, width=230, names=enum_words("SeatVerdict", words())),
        Column("note", _("Note"), width=200),
    ]
    rows = preview.rows.assign(note=[_("new licensed user") if new else "" for new in preview.rows["is_new"]])
    rows["is_last"] = rows["verdict"] != SeatVerdict.DONE
    table(
        rows.sort_values("is_last", kind="stable"),
        columns if rows["is_new"].any() else columns[:3],
        key="many_preview",
        name=_("Verdicts"),
        empty=_("Nobody is selected."),
        download="verdicts",
        height=405 if len(rows) > 12 else None,
    )
    return preview


def _draw_figures(preview: SeatsPreview, request: BulkRequest) -> None:
    number = words().number
    figures = [
        Figure(_("Will be done"), number(preview.to_do), _("People that the change is made for.")),
        Figure(_("Stay as they are"), number(preview.passed_over), _("Each row says why.")),
    ]
    if request.deed.takes_seats:
        figures.append(Figure(_("Free seats"), number(preview.free), _("Bought and not assigned, before the change.")))
    key_figures(figures)


def told_bulk(done: BulkDone, request: BulkRequest) -> str:
    """What was done, in a sentence; to flash."""
    if not done.changed:
        return _("Nothing had to be changed.")
    changed = plain(words().tn("{n} user changed.", "{n} users changed.", done.changed))
    if request.deed is SeatDeed.MOVE:
        mail = words().tn("{n} user is told by mail.", "{n} users are told by mail.", done.seats.notified)
        return f"{changed} {plain(mail if done.seats.notified else _('Nobody is told by mail.'))}"
    return told(done.seats) if request.deed.tells else changed
