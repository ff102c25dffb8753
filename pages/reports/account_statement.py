"""A statement of account: chosen by period and language, looked at, downloaded, mailed."""

from dashboard import navigation, sign_in
from dashboard.components.account_statement import asked, draw_statement
from dashboard.components.headers import header
from dashboard.day import today
from dashboard.words import _
from services.queries.accounts import account_card


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    card = account_card(actor, navigation.asked_id("account"), today())
    header(_("Statement of account"), context=(card.form.legal_name, card.form.code))
    navigation.link(card.form.legal_name, "sales/account", icon=":material/arrow_back:", account=card.account_id)
    draw_statement(actor, asked(card.account_id, card.form.language))


run()
